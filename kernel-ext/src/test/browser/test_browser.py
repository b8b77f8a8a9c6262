"""Notebooks as a person sees them: a rendered page, and a live session of the classic notebook, in headless Chromium.

Screenshots are kept in target/browser. LVM_BROWSER_NOTEBOOK names another notebook to look at.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path
from unittest import mock

import nbformat
from nbconvert import HTMLExporter
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path.insert(0, str(ROOT / "kernel-ext" / "src" / "launcher"))
import run_notebooks  # noqa: E402 (its folder has to be on the path first)

NOTEBOOK = Path(os.environ.get("LVM_BROWSER_NOTEBOOK") or ROOT / "notebooks" / "01-em.ipynb")
OUT = ROOT / "target" / "browser"
PAGE_CHECKS = (HERE / "page_checks.js").read_text(encoding="utf-8")
# A laptop's window.
WIDTH, HEIGHT = 1280, 900
# Chromium draws no taller picture than this.
SLICE = 8000
TOKEN = "browser-test"

FILM = """import java.util.stream.IntStream;
Plots.film(IntStream.range(0, 6).mapToObj(i -> Plots.line(new double[] {0, 1}, new double[] {0, i}).yRange(0, 5)).toList())
    .title("A line that rises").framesPerSecond(10).poster(2)"""
# The frames that are seen, and the marks of the slider that are bright, counted from 1.
FILM_SHOWS = """
const at = (selector, seen) => [...document.querySelectorAll('.lvm-film>' + selector)]
  .map((e, i) => seen(getComputedStyle(e)) ? i + 1 : 0).filter(i => i);
return [at('span', style => style.visibility === 'visible'), at('.lvm-at', style => style.opacity === '1')]
"""

FORMULAS = ".MathJax, .MathJax_CHTML, .MathJax_SVG, .mjx-chtml, mjx-container"
MATHS_DRAWN = """
return document.readyState === 'complete' && !!window.MathJax && MathJax.isReady
  && MathJax.Hub.queue.pending === 0 && !MathJax.Hub.queue.running
  && document.querySelector(arguments[0]) !== null
"""


def local_mathjax():
    """Debian's MathJax where it is installed, so that formulas are drawn without a network."""
    script = Path("/usr/share/javascript/mathjax/MathJax.js")
    return f"{script.as_uri()}?config=TeX-AMS_CHTML-full,Safe" if script.is_file() else run_notebooks.MATHJAX


def kernels():
    """Where Jupyter finds this project's kernel."""
    return os.pathsep.join(filter(None, [str(ROOT / ".lvm" / "share" / "jupyter"), os.environ.get("JUPYTER_PATH")]))


def build():
    subprocess.run([str(ROOT / "lvm"), "build"], check=True, stdin=subprocess.DEVNULL)


class Chromium:
    """A headless browser with a profile of its own."""

    def __init__(self):
        program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
        driver = shutil.which("chromedriver")
        if not program or not driver:
            raise AssertionError("no chromium with chromedriver; on Debian: apt-get install chromium chromium-driver")
        self.profile = tempfile.mkdtemp(prefix="lvm-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (
            "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
        ).split():
            options.add_argument(flag)
        options.add_argument(f"--user-data-dir={self.profile}")
        options.add_argument(f"--window-size={WIDTH},{HEIGHT}")
        self.driver = webdriver.Chrome(service=Service(driver), options=options)
        self.driver.set_script_timeout(240)
        self.view(HEIGHT)

    def view(self, height):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def screenshots(self, folder, outputs):
        """The whole page in slices, and each output by itself."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number, top in enumerate(range(0, self.page_height(), SLICE), 1):
            self.shoot(
                folder / f"page-{number}.png", 0, top, WIDTH, min(SLICE, self.page_height() - top)
            )
        boxes = self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect().toJSON())", outputs
        )
        for number, box in enumerate(boxes, 1):
            if box["width"] >= 1 and box["height"] >= 1:
                self.shoot(folder / f"output-{number:02}.png", box["x"], box["y"], box["width"], min(box["height"], SLICE))

    def page_height(self):
        return self.driver.execute_script("return document.documentElement.scrollHeight")

    def shoot(self, path, x, y, width, height):
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        shot = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True}
        )
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.profile, ignore_errors=True)


class ClassicNotebook:
    """A server of the classic notebook over one folder, with this project's kernel."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.own = tempfile.mkdtemp(prefix="lvm-jupyter-")
        environment = {
            **os.environ,
            "LVM_SIZE": "small",
            "JUPYTER_PATH": kernels(),
            "JUPYTER_CONFIG_DIR": self.own,
            "JUPYTER_DATA_DIR": self.own,
            "JUPYTER_RUNTIME_DIR": self.own,
        }
        OUT.mkdir(parents=True, exist_ok=True)
        self.log = open(OUT / "server.log", "wb")
        arguments = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--port-retries=0"]
        arguments += [f"--NotebookApp.token={TOKEN}", f"--notebook-dir={folder}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "notebook", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            version = self.await_answer()
            if version and not version.startswith("6."):
                raise AssertionError(f"this test needs the classic notebook, version 6; here is {version}")
        except BaseException:
            self.close()
            raise

    def await_answer(self):
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/api?token={TOKEN}", timeout=5) as answer:
                    return json.load(answer).get("version", "")
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"the notebook server did not start, see {OUT / 'server.log'}")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.own, ignore_errors=True)


class BrowserTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        if not NOTEBOOK.is_file():
            raise AssertionError(f"there is no notebook {NOTEBOOK}")
        build()
        cls.notebook = nbformat.read(NOTEBOOK, as_version=4)
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)

    def check_page(self, pictures):
        """What must hold of every page that shows the notebook."""
        found = self.browser.driver.execute_script(PAGE_CHECKS)
        self.assertEqual([], found["problems"], "\n".join(["what the page shows:", *found["problems"]]))
        self.assertEqual(len(self.notebook.cells), found["cells"], "cells on the page")
        self.assertGreater(pictures, 0, "the notebook as committed has no picture")
        self.assertEqual(pictures, len(found["pictures"]), f"pictures on the page: {found['pictures']}")

    def await_maths(self):
        if any("$" in cell.source for cell in self.notebook.cells if cell.cell_type == "markdown"):
            drawn = WebDriverWait(self.browser.driver, 240)
            drawn.until(lambda d: d.execute_script(MATHS_DRAWN, FORMULAS), "no formula is drawn")

    def test_rendered_page(self):
        OUT.mkdir(parents=True, exist_ok=True)
        page = OUT / (NOTEBOOK.stem + ".html")
        run_notebooks.write_html(self.notebook, page, local_mathjax())
        self.browser.driver.get(page.as_uri())
        self.await_maths()
        self.browser.screenshots(OUT / "rendered", ".jp-OutputArea-output")
        self.check_page(plots(self.notebook))

    def test_live_session(self):
        folder = Path(tempfile.mkdtemp(prefix="lvm-notebooks-"))
        self.addCleanup(shutil.rmtree, folder, True)
        fresh = nbformat.from_dict(self.notebook)
        for cell in fresh.cells:
            if cell.cell_type == "code":
                cell.outputs = []
                cell.execution_count = None
        # Beside the copy stands what the notebook may read by a relative path.
        nbformat.write(fresh, folder / NOTEBOOK.name)
        server = ClassicNotebook(folder)
        self.addCleanup(server.close)
        driver = self.browser.driver
        self.browser.view(HEIGHT)
        driver.get(f"{server.url}/notebooks/{NOTEBOOK.name}?token={TOKEN}")
        WebDriverWait(driver, 240).until(lambda d: d.execute_script(
            "return !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded"
            " && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()"
            " && document.querySelector('.kernel_idle_icon'))"
        ), "the kernel is not ready")

        driver.find_element(By.LINK_TEXT, "Cell").click()
        run_all = driver.find_element(By.ID, "run_all_cells")
        WebDriverWait(driver, 60).until(lambda d: run_all.is_displayed())
        run_all.click()
        self.await_all_cells(driver)
        self.await_maths()

        # The notebook scrolls inside the page; a window as tall as its content shows all of it.
        height = driver.execute_script("return document.querySelector('#notebook').scrollHeight") + 300
        self.browser.view(height)
        WebDriverWait(driver, 60).until(lambda d: d.execute_script("return window.innerHeight") == height)
        self.browser.screenshots(OUT / "live", ".output_subarea")
        self.check_page(plots(self.notebook))

    def test_film(self):
        folder = Path(tempfile.mkdtemp(prefix="lvm-film-"))
        self.addCleanup(shutil.rmtree, folder, True)
        cells = [nbformat.v4.new_code_cell(FILM)]
        nbformat.write(nbformat.v4.new_notebook(metadata=self.notebook.metadata, cells=cells), folder / "film.ipynb")
        with mock.patch.dict(os.environ, JUPYTER_PATH=kernels()):
            film, outcome = run_notebooks.run(folder / "film.ipynb", "small", 120)
        self.assertEqual([], outcome.problems)
        OUT.mkdir(parents=True, exist_ok=True)
        page = OUT / "film.html"
        run_notebooks.write_html(film, page, "")
        text = page.read_text(encoding="utf-8")
        # A page that may run no script shows the film, too.
        strict = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">"
        page.write_text(text.replace("<head>", strict, 1), encoding="utf-8")
        driver = self.browser.driver
        self.browser.view(HEIGHT)
        driver.get(page.as_uri())

        def shows():
            frames, marks = driver.execute_script(FILM_SHOWS)
            self.assertEqual(frames, marks, "the slider shows where the film is")
            self.assertEqual(1, len(frames), "one frame at a time")
            return frames[0]

        def click(selector):
            next(e for e in driver.find_elements(By.CSS_SELECTOR, ".lvm-film " + selector) if e.is_displayed()).click()

        self.assertEqual(3, shows(), "the poster")
        click(".lvm-go")
        played = [shows()]
        end = time.monotonic() + 60
        while len(played) < 8 and time.monotonic() < end:
            frame = shows()
            if frame != played[-1]:
                played.append(frame)
        self.assertEqual(set(range(1, 7)), set(played), f"all frames are played: {played}")
        click(".lvm-hold")
        time.sleep(0.3)  # it stops with the next picture of the screen
        paused = shows()
        time.sleep(0.3)
        self.assertEqual(paused, shows())
        click("label[title=forward]")
        self.assertEqual(paused % 6 + 1, shows())
        click("label[title=back]")
        self.assertEqual(paused, shows())
        click(".lvm-at[title^='5']")
        self.assertEqual(5, shows())
        driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
        self.assertEqual(4, shows())
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.assertEqual([3], driver.execute_script(FILM_SHOWS)[0], "on paper the poster")

        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        page.write_text(HTMLExporter(mathjax_url="", require_js_url="", sanitize_html=True).from_notebook_node(film)[0], "utf-8")
        driver.get(page.as_uri())
        self.assertEqual(list(range(1, 7)), driver.execute_script(FILM_SHOWS)[0], "without buttons all frames are seen")

    def await_all_cells(self, driver):
        state = None
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            state = driver.execute_script(
                "const code = Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code' && c.get_text().trim());"
                "return {open: code.filter(c => typeof c.input_prompt_number !== 'number').length,"
                " total: code.length,"
                " error: [...document.querySelectorAll('.output_error')].map(e => e.innerText).join('\\n'),"
                " idle: !!document.querySelector('.kernel_idle_icon'),"
                " images: [...document.querySelectorAll('.output_area img')].every(i => i.complete)}"
            )
            if state["error"]:
                self.fail(f"a cell ended in an error:\n{state['error']}")
            if state["open"] == 0 and state["idle"] and state["images"]:
                return
            time.sleep(0.2)
        self.fail(f"not all cells finished within 300 s: {state}")


def plots(notebook):
    """The outputs that are images by themselves (images inside HTML outputs are no plots)."""
    return sum(
        any(mime.startswith("image/") for mime in output.get("data", {})) and "text/html" not in output.get("data", {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )


if __name__ == "__main__":
    unittest.main()
