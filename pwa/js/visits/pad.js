/** A place to draw a signature: strokes are kept as points, so that they survive a turned phone and need no picture. */
// All points are in units of which the pad is this many wide.
const WIDE = 600

/** {strokes: [[[x, y, ms], …], …], clear()}; onStroke() after each stroke. */
export function padOn(canvas, onStroke) {
  const pen = canvas.getContext("2d")
  const pad = { strokes: [], clear: () => ((pad.strokes = []), draw()) }
  let current = null
  let began = 0

  function draw() {
    const { clientWidth: wide, clientHeight: high } = canvas
    const sharp = globalThis.devicePixelRatio || 1
    canvas.width = wide * sharp
    canvas.height = high * sharp
    pen.scale((sharp * wide) / WIDE, (sharp * wide) / WIDE)
    pen.lineWidth = 4
    pen.lineCap = pen.lineJoin = "round"
    pen.strokeStyle = "#18213d"
    for (const stroke of pad.strokes) {
      pen.beginPath()
      // The first point twice: a dot on an i is a stroke, too.
      for (const [x, y] of [stroke[0], ...stroke]) pen.lineTo(x, y)
      pen.stroke()
    }
  }

  function add({ offsetX, offsetY, timeStamp }) {
    const unit = WIDE / canvas.clientWidth
    began ||= timeStamp
    current.push([offsetX * unit, offsetY * unit, timeStamp - began].map(Math.round))
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    pad.strokes.push((current = []))
    add(event)
    draw()
  })
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return
    const all = event.getCoalescedEvents?.() ?? []
    for (const point of all.length ? all : [event]) add(point)
    draw()
  })
  for (const name of ["pointerup", "pointercancel"])
    canvas.addEventListener(name, () => {
      if (current) onStroke?.()
      current = null
    })
  new ResizeObserver(draw).observe(canvas)
  return pad
}
