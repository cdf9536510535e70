/** How long until something is due, in words of a clock: pure. */
const two = (number) => String(number).padStart(2, "0")

/** 4:09, or 1:04:09 from an hour on; never below 0:00. seconds: whole. */
export function said(seconds) {
  const left = Math.max(0, seconds)
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`
}
