"""Controls in a live session of the classic notebook, in headless Chromium: what a person sees while dragging.

Needs the front end of ipywidgets for the classic notebook, Debian's jupyter-nbextension-jupyter-js-widgets.
"""

import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import nbformat
from nbconvert import HTMLExporter
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import test_browser
from test_browser import HEIGHT, OUT, Chromium, ClassicNotebook, run_notebooks

# A picture whose colour tells where the sliders are: 40 (z + 3) of red and of green.
COLOUR = """import java.awt.image.BufferedImage;
BufferedImage colour(double z1, double z2) {
    BufferedImage image = new BufferedImage(112, 112, BufferedImage.TYPE_INT_RGB);
    int rgb = (int) Math.round(40 * (z1 + 3)) << 16 | (int) Math.round(40 * (z2 + 3)) << 8;
    for (int i = 0; i < 112 * 112; i++) {
        image.setRGB(i % 112, i / 112, rgb);
    }
    return image;
}"""
SHOW = 'Interact.slider("z₁", -3, 3).slider("z₂", -3, 3).show((z1, z2) -> colour(z1, z2));'
SLOW = """Interact.slider("z₁", -3, 3).frames(1).show(z -> {
    while (z > 0) {
        Thread.onSpinWait();
    }
    return colour(z, 0);
});"""

# The colours of the pictures that are seen, and what the sliders say.
SEEN = """
const pictures = [...document.querySelectorAll(arguments[0])].filter(i => i.offsetParent !== null);
const pixel = image => {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return [...context.getImageData(5, 5, 1, 1).data].slice(0, 2);
};
return pictures.map(i => i.complete && i.naturalWidth ? pixel(i) : null);
"""
# Counts, frame by frame, where there is not exactly one whole picture, and how high the output is.
WATCH = """
window.watched = {frames: 0, blank: 0, heights: new Set(), pictures: new Set()};
const look = () => {
  const pictures = [...document.querySelectorAll(arguments[0])].filter(i => i.offsetParent !== null);
  const output = document.querySelector(arguments[1]);
  window.watched.frames++;
  if (pictures.length !== 1 || !pictures[0].complete || !pictures[0].naturalWidth) window.watched.blank++;
  else window.watched.pictures.add(pictures[0].src);
  window.watched.heights.add(Math.round(output.getBoundingClientRect().height));
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
WATCHED = """
const w = window.watched;
return {frames: w.frames, blank: w.blank, heights: [...w.heights], pictures: w.pictures.size};
"""


class Classic:
    """Where things are in the classic notebook."""

    pictures = ".output_area img"
    output = ".cell:nth-of-type(2) .output_wrapper"
    handle = ".widget-area .ui-slider-handle"
    readout = ".widget-area .widget-readout"
    ready = (
        "return !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded"
        " && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()"
        " && document.querySelector('.kernel_idle_icon') && Jupyter.notebook.kernel.widget_manager)"
    )


class InteractTest(unittest.TestCase):
    front = Classic

    @classmethod
    def setUpClass(cls):
        test_browser.build()
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)
        cls.folder = Path(tempfile.mkdtemp(prefix="lvm-interact-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        metadata = {"kernelspec": {"display_name": "Java (lvm)", "language": "java", "name": "lvm"}}
        for name, cell in (("follow", SHOW), ("slow", SLOW)):
            cells = [nbformat.v4.new_code_cell(source) for source in (COLOUR, cell)]
            nbformat.write(nbformat.v4.new_notebook(metadata=metadata, cells=cells), cls.folder / f"{name}.ipynb")
        cls.server = ClassicNotebook(cls.folder)
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.driver = self.browser.driver
        self.browser.view(HEIGHT)

    def opened(self, name):
        """Opens a notebook and runs all of it."""
        self.driver.get(f"{self.server.url}/notebooks/{name}.ipynb?token={test_browser.TOKEN}")
        WebDriverWait(self.driver, 120).until(lambda d: d.execute_script(self.front.ready), "no kernel with widgets")
        self.driver.execute_script("Jupyter.notebook.execute_all_cells()")
        self.await_(lambda: self.handles() and self.colours(), "no slider with a picture", 120)

    def handles(self):
        return self.driver.find_elements(By.CSS_SELECTOR, self.front.handle)

    def colours(self):
        return self.driver.execute_script(SEEN, self.front.pictures)

    def values(self):
        found = self.driver.find_elements(By.CSS_SELECTOR, self.front.readout)
        return [float(e.text.replace("−", "-")) for e in found]

    def await_(self, condition, message, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.01)
        self.fail(f"{message}; pictures {self.colours()}")

    def of(self, *values):
        return [round(40 * (value + 3)) for value in values]

    def test_the_picture_follows_the_slider(self):
        self.opened("follow")
        self.browser.shoot(OUT / "interact.png", 0, 0, 1280, HEIGHT)
        self.assertEqual([self.of(0, 0)], self.colours(), "one picture, and the form of frames is not seen")
        left, right = self.handles()
        left.click()
        times = []
        for step in range(1, 11):
            start = time.monotonic()
            left.send_keys(Keys.ARROW_RIGHT)
            self.await_(lambda: self.colours() == [self.of(0.06 * step, 0)], f"the picture of step {step}")
            times.append(time.monotonic() - start)
        print(f"from a key to the picture: median {1000 * sorted(times)[5]:.0f} ms, longest {1000 * max(times):.0f} ms")

        self.driver.execute_script(WATCH, self.front.pictures, self.front.output)
        box = right.rect
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.mouse("mouseMoved", x, y, 0)
        self.mouse("mousePressed", x, y)
        start = time.monotonic()
        for event in range(1, 201):
            # To and fro from one end to the other, so that every one is a move.
            self.mouse("mouseMoved", x - 60 + abs(event % 80 - 40) * 3, y)
        self.mouse("mouseMoved", x + 60, y)
        sent = time.monotonic()
        self.mouse("mouseReleased", x + 60, y)
        self.await_(lambda: self.values()[1] > 0 and self.colours() == [self.of(*self.values())], "the last picture")
        last = time.monotonic()
        watched = self.driver.execute_script(WATCHED)
        print(f"200 moves in {sent - start:.2f} s, the last picture {1000 * (last - sent):.0f} ms later: {watched}")
        time.sleep(1)
        self.assertEqual([self.of(*self.values())], self.colours(), "the last value stays")
        self.assertEqual(0, watched["blank"], f"the picture flickers: {watched}")
        self.assertEqual(1, len(watched["heights"]), f"the output moves: {watched}")
        self.assertGreater(watched["pictures"], 2)
        self.browser.shoot(OUT / "interact-dragged.png", 0, 0, 1280, HEIGHT)

    def test_the_exported_page_needs_neither_a_kernel_nor_scripts(self):
        with mock.patch.dict(os.environ, JUPYTER_PATH=test_browser.kernels()):
            notebook, outcome = run_notebooks.run(self.folder / "follow.ipynb", "small", 120)
        self.assertEqual([], outcome.problems)
        page = OUT / "interact.html"
        run_notebooks.write_html(notebook, page, "")
        text = page.read_text(encoding="utf-8")
        strict = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">"
        page.write_text(text.replace("<head>", strict, 1), encoding="utf-8")
        self.driver.get(page.as_uri())
        frames = ".jp-OutputArea-output figure img"
        self.assertEqual([self.of(0, 0)], self.driver.execute_script(SEEN, frames))
        for axis, label, colours in ((0, "−3.00", (-3, 0)), (1, "1.50", (-3, 1.5)), (0, "3.00", (3, 1.5))):
            labels = self.driver.find_elements(By.CSS_SELECTOR, "figure")[0].find_elements(By.XPATH, "../../label")
            next(e for e in labels if e.text == label and e.get_attribute("for").split("-")[-2] == str(axis)).click()
            self.assertEqual([self.of(*colours)], self.driver.execute_script(SEEN, frames), f"{label} of slider {axis}")
        self.browser.shoot(OUT / "interact-page.png", 0, 0, 1280, HEIGHT)
        # Where styles are taken away all frames are seen.
        page.write_text(HTMLExporter(mathjax_url="", require_js_url="", sanitize_html=True).from_notebook_node(notebook)[0], "utf-8")
        self.driver.get(page.as_uri())
        self.assertEqual(25, len(self.driver.execute_script(SEEN, ".jp-OutputArea-output img")))

    def mouse(self, kind, x, y, buttons=1):
        self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {
            "type": kind, "x": x, "y": y, "button": "left" if buttons else "none", "buttons": buttons, "clickCount": 1})

    def test_an_interrupt_stops_a_slow_picture(self):
        self.opened("slow")
        (handle,) = self.handles()
        handle.click()
        self.await_(lambda: self.driver.find_elements(By.CSS_SELECTOR, ".kernel_idle_icon"), "the kernel is busy")
        handle.send_keys(Keys.ARROW_RIGHT)
        self.await_(lambda: self.driver.find_elements(By.CSS_SELECTOR, ".kernel_busy_icon"), "the kernel is not busy")
        time.sleep(0.5)
        start = time.monotonic()
        self.driver.execute_script("Jupyter.notebook.kernel.interrupt()")
        self.await_(lambda: "Interrupted" in self.driver.find_element(By.CSS_SELECTOR, self.front.output).text, "no word of it")
        print(f"interrupted after {time.monotonic() - start:.2f} s")
        self.browser.shoot(OUT / "interact-interrupted.png", 0, 0, 1280, HEIGHT)
        handle.send_keys(Keys.ARROW_LEFT)
        handle.send_keys(Keys.ARROW_LEFT)
        self.await_(lambda: self.colours() == [self.of(-0.06, 0)], "it no longer follows")


if __name__ == "__main__":
    unittest.main()
