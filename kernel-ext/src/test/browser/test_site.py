"""The site as a person sees it: links, formulas, search, colours, widths and what axe-core says, in headless Chromium.

It is built once, without the API documentation, into target/site-test; screenshots are not taken.
"""

import html.parser
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import unquote

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from test_browser import ROOT, Chromium

import make_site
from formulas import Formulas
from run_notebooks import Refused
from site_cells import api_links, page_links, slug

OUT = ROOT / "target" / "site-test"
TOOLS = ROOT / ".lvm" / "node"
AXE = "axe-core@4.10.2"
# One page of each kind. What KaTeX draws is hidden from readers of the screen, and its thousands of boxes take minutes.
AXE_PAGES = (("index.html", 390, False), ("00-start.html", 1400, True), ("downloads.html", 390, True))
AXE_RUN = """
const done = arguments[0];
axe.run({include: [['html']], exclude: [['.katex']]}, {preload: false, resultTypes: ['violations']}).then(found => done(
  found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
    .map(v => `${v.id}, ${v.nodes.length} times: ${v.nodes[0].html.slice(0, 200)}: ${v.nodes[0].failureSummary}`)))
"""
WIDER = """
const wide = e => e.getBoundingClientRect().right > innerWidth + 1.5;
const held = e => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || held(e.parentElement));
return document.documentElement.scrollWidth <= innerWidth ? [] : [document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('body *')].filter(e => wide(e) && !held(e.parentElement)).map(e => e.outerHTML.slice(0, 150))];
"""


class Page(html.parser.HTMLParser):
    """What a page links to, what can be linked to on it, and its text without code and formulas."""

    HIDDEN = {"code", "pre", "script", "style", "math", "svg", "title"}

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.text, self.without_alt, self._inside = [], [], [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.links += [attrs[key] for key in ("href", "src") if attrs.get(key)]
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag == "img" and "alt" not in attrs:
            self.without_alt.append(attrs.get("src"))
        if tag in self.HIDDEN:
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self.text.append(data)


class Words(unittest.TestCase):
    """What is made of links, formulas and names, piece by piece."""

    def test_formulas_are_found_and_code_is_not(self):
        formulas = Formulas()
        text = formulas.taken_out("costs \\$5, `a$b$c`, $x_1$ and\n> $$y\n> =1$$ and again $x_1$\n```\n$z$\n```\n")
        self.assertEqual([("x_1", False), ("y\n =1", True)], list(formulas.found))
        self.assertIn("\\$5, `a$b$c`, lvmformula0x and\n> lvmformula1x and again lvmformula0x\n```\n$z$\n```", text)
        self.assertIn('<code class="tex">x_1</code>', formulas.put_in(text), "without KaTeX the source is shown")

    def test_links_between_notebooks(self):
        anchors = {"03-three": {"3.9": "3-9-gaps"}}
        for given, wanted in (
            ('<a href="03-three.ipynb">three</a>', '<a href="03-three.html">three</a>'),
            ('<a href="03-three.ipynb">3.9</a>', '<a href="03-three.html#3-9-gaps">3.9</a>'),
            ('<a href="03-three.ipynb#3.9-The-gaps">there</a>', '<a href="03-three.html#3-9-the-gaps">there</a>'),
            ('<a href="#1.2-Bayes%27-rule">here</a>', '<a href="#1-2-bayes-rule">here</a>'),
            ('<a href="coverage.md">c</a>', '<a href="coverage.html">c</a>'),
            ('<a href="results/README.md">r</a>', '<a href="results.html">r</a>'),
            ('<a href="https://arxiv.org/abs/1.ipynb">w</a>', '<a href="https://arxiv.org/abs/1.ipynb">w</a>'),
        ):
            self.assertEqual(wanted, page_links(given, anchors))

    def test_names_of_classes(self):
        used = set()
        text = "<code>Vae</code> <code>Vae.load(…)</code> <code>Vaes</code> <code>new Vae()</code> <code>Rbm</code>"
        linked = api_links(text, {"Vae": "api/Vae.html"}, used)
        self.assertEqual(2, linked.count('<a class="api" href="api/Vae.html">'), linked)
        self.assertEqual({"Vae"}, used)

    def test_a_heading_has_one_name_in_markdown_and_html(self):
        self.assertEqual("2-5-σ-0-becomes-pca", slug("2.5 σ → 0 becomes `PCA`"))
        self.assertEqual(slug("1.2 Bayes' rule"), slug("1.2-Bayes%27-rule"))

    def test_a_folder_of_somebody_else_is_not_emptied(self):
        with tempfile.TemporaryDirectory() as folder:
            mine = Path(folder) / "thesis.txt"
            mine.write_text("years of work")
            with self.assertRaises(Refused):
                make_site.Site(Path(folder)).build()
            self.assertTrue(mine.is_file())


class SiteTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.site = make_site.Site(OUT)
        cls.site.build()
        cls.pages = {path.name: Page(path) for path in sorted(OUT.glob("*.html"))}
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)
        cls.driver = cls.browser.driver

    def window(self, width):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        )

    def open(self, name, width=1400, dark=False):
        self.window(width)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get((OUT / name).as_uri())

    def ground(self):
        return self.driver.execute_script("return getComputedStyle(document.body).backgroundColor")

    # --- the files

    def test_nothing_disagrees(self):
        self.assertEqual([], self.site.problems)

    def test_every_notebook_has_a_page_and_every_link_leads_somewhere(self):
        self.assertLessEqual({path.stem + ".html" for path in make_site.all_notebooks()}, set(self.pages))
        broken = []
        for name, page in self.pages.items():
            for link in page.links:
                if re.match(r"(https?|data):", link):
                    continue
                target, _, fragment = link.partition("#")
                if not (OUT / unquote(target or name)).is_file():
                    broken.append(f"{name}: {link}")
                elif fragment and unquote(fragment) not in self.pages[target or name].ids:
                    broken.append(f"{name}: {link}: no such place")
        self.assertEqual([], broken)

    def test_names_are_used_once_and_pictures_are_described(self):
        for name, page in self.pages.items():
            self.assertEqual(len(page.ids), len(set(page.ids)), name)
            self.assertEqual([], page.without_alt, name)

    def test_no_page_needs_the_net(self):
        for path in OUT.glob("*.html"):
            text = path.read_text(encoding="utf-8")
            self.assertEqual([], re.findall(r'<(?:script|img|iframe)[^>]*src="https?:[^>]*>|<link[^>]*href="https?:[^>]*>', text))
        for path in OUT.rglob("*.css"):
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"url\(['\"]?https?:|@import")

    def test_no_formula_is_left_as_it_was_written(self):
        if self.site.formulas.set is None:
            self.skipTest("there is no KaTeX here, so formulas stay as they are written")
        self.assertNotIn(None, self.site.formulas.set)
        for name, page in self.pages.items():
            for text in page.text:
                self.assertNotRegex(text, r"[$\\]|lvmformula", name)

    def test_downloads_for_students_have_no_answers(self):
        for path in (OUT / "downloads" / "students").glob("*.ipynb"):
            text = path.read_text(encoding="utf-8")
            self.assertNotIn("BEGIN SOLUTION", text)
            self.assertIn("YOUR CODE HERE", text)

    # --- in the browser

    def test_pages_fit_and_say_nothing_to_the_console(self):
        for name in self.pages:
            self.open(name)
            for width in (1400, 390):
                self.window(width)
                self.assertEqual([], self.driver.execute_script(WIDER), f"{name} at {width}")
            said = [entry["message"] for entry in self.driver.get_log("browser")]
            self.assertEqual([], said, name)

    def test_search_finds_a_section_and_goes_there(self):
        self.open("index.html", 390)
        field = self.driver.find_element(By.ID, "query")
        field.send_keys("responsib EM")
        found = WebDriverWait(self.driver, 30).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#found a"))
        self.assertTrue(all("respons" in link.text.lower() for link in found), [link.text for link in found])
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys("contrastive divergence", Keys.ARROW_DOWN)
        chosen = self.driver.find_element(By.CSS_SELECTOR, "#found [aria-selected=true]")
        self.assertEqual(chosen.get_attribute("id"), field.get_attribute("aria-activedescendant"))
        field.send_keys(Keys.ENTER)
        WebDriverWait(self.driver, 30).until(lambda d: "08-boltzmann-machines.html#" in d.current_url)
        self.open("index.html")
        self.driver.find_element(By.ID, "query").send_keys("xyzzy")
        WebDriverWait(self.driver, 30).until(lambda d: "Nothing" in d.find_element(By.ID, "found").text)

    def test_colours_follow_the_system_until_somebody_chooses(self):
        self.open("index.html")
        light = self.ground()
        self.open("index.html", dark=True)
        dark = self.ground()
        self.assertNotEqual(light, dark)
        self.driver.find_element(By.ID, "theme").click()
        self.addCleanup(self.driver.execute_script, "localStorage.clear()")
        self.assertEqual(light, self.ground())
        self.open("downloads.html", dark=True)
        self.assertEqual(light, self.ground(), "the choice is remembered")
        self.assertEqual("false", self.driver.find_element(By.ID, "theme").get_attribute("aria-pressed"))

    def test_axe_finds_no_serious_fault(self):
        axe = axe_core()
        for name, width, dark in AXE_PAGES:
            self.open(name, width, dark)
            self.driver.execute_script(axe)
            self.assertEqual([], self.driver.execute_async_script(AXE_RUN), name)


def axe_core():
    """The text of axe-core, fetched by npm once; a skipped test where it can not be had."""
    script = TOOLS / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if not npm:
            raise unittest.SkipTest("there is no npm here to fetch axe-core with")
        TOOLS.mkdir(parents=True, exist_ok=True)
        fetch = [npm, "install", "--prefix", str(TOOLS), "--silent", "--no-audit", "--no-fund", AXE]
        done = subprocess.run(fetch, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode or not script.is_file():
            raise unittest.SkipTest(f"npm can not fetch {AXE}: {done.stderr.strip()[-300:]}")
    return script.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(unittest.main())
