"""A WebKitGTK window that a driver may drive and whose profile outlives it; run by the system's own Python, with a folder."""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402 - only after the versions are named

folder = sys.argv[1]
data = WebKit2.WebsiteDataManager(base_data_directory=f"{folder}/data", base_cache_directory=f"{folder}/cache")
data.get_cookie_manager().set_persistent_storage(f"{folder}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
context = WebKit2.WebContext(website_data_manager=data)


def show(*_session: object) -> WebKit2.WebView:
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=390, default_height=844)
    window.add(view)
    window.show_all()
    return view


def begin(_context: WebKit2.WebContext, session: WebKit2.AutomationSession) -> None:
    session.set_application_info(WebKit2.ApplicationInfo())
    session.connect("create-web-view", show)


context.connect("automation-started", begin)
context.set_automation_allowed(True)
Gtk.main()
