/** htmx with its guard, in this order: the guard must be there before htmx reads the page. */
import "../vendor/htmx.min.js"
import "../vendor/hx-csp.min.js"
