"""Take a picture of a page in headless Chromium.

usage: python tests/browser/picture.py PAGE.html[#FRAGMENT] PICTURE.png [light|dark] [phone]
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(page: str, picture: Path, options: list[str]) -> None:
    path, _, fragment = page.partition("#")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"],
        )
        tab = browser.new_page(
            viewport={"width": 390, "height": 844}
            if "phone" in options
            else {"width": 1280, "height": 760},
            color_scheme="dark" if "dark" in options else "light",
        )
        tab.goto(f"{Path(path).resolve().as_uri()}#{fragment}")
        tab.wait_for_timeout(2000)
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
