"""Take a picture of a page in headless Chromium.

usage: python tests/browser/picture.py PAGE.html PICTURE.png [light|dark]
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(page: Path, picture: Path, scheme: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(
            viewport={"width": 1280, "height": 760},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        tab.goto(page.resolve().as_uri())
        tab.wait_for_timeout(2000)
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "light")
