"""Controls in cells: the messages of both generations of Jupyter's widgets, and what is seen without any."""

import base64
import re
import time
import unittest

from kernel_under_test import KernelCase

VIEW = "application/vnd.jupyter.widget-view+json"
SUM = 'Interact.slider("a", -3, 3).slider("b", 0, 1).show((a, b) -> "sum " + (a + b));'


class WidgetCase(KernelCase):
    """A front end that keeps the models which the kernel opens."""

    def setUp(self):
        super().setUp()
        self.models = {}

    def say(self, msg_type, **content):
        """Sends a message of a comm; the messages up to the kernel's idle status."""
        return self.until_idle(self.send(msg_type, **content))

    def send(self, msg_type, **content):
        message = self.kernel.client.session.msg(msg_type, content)
        self.kernel.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def until_idle(self, msg_id):
        return [m for m in self.states(msg_id) if m["msg_type"] != "status"]

    def model(self, name):
        """The id and state of the newest model of a name."""
        return next((i, s) for i, s in reversed(self.models.items()) if s["_model_name"] == name + "Model")

    def controls(self):
        """The ids of the controls of the newest interaction, in order."""
        return [reference.replace("IPY_MODEL_", "") for reference in self.model("VBox")[1]["children"]]

    def shows(self, code):
        """Runs a cell; the contents of what it shows."""
        result = self.ok(code)
        for message in result.messages:
            if message["msg_type"] == "comm_open":
                content = message["content"]
                self.assertEqual("jupyter.widget", content["target_name"])
                self.models[content["comm_id"]] = self.opened(message)
        return result.of("display_data")

    def opened(self, message):
        """The state in a comm_open message of the second generation."""
        self.assertEqual("2", message["metadata"]["version"].split(".")[0])
        self.assertEqual([], message["content"]["data"]["buffer_paths"])
        return message["content"]["data"]["state"]

    def moved(self, comm, value, field="value"):
        return {"comm_id": comm, "data": {"method": "update", "state": {field: value}, "buffer_paths": []}}

    def move(self, comm, value, field="value"):
        """Moves a control; the plain texts that are shown in the place of others."""
        return self.texts(self.say("comm_msg", **self.moved(comm, value, field)))

    def texts(self, messages):
        return [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "update_display_data"]


class NoWidgets(WidgetCase):
    def test_a_form_of_frames_stands_for_the_controls(self):
        result = self.ok(SUM)
        self.assertEqual([], result.of("comm_open") + result.of("comm_msg"))
        (shown,) = result.of("display_data")
        self.assertEqual({"text/plain", "text/html"}, set(shown["data"]))
        html = shown["data"]["text/html"]
        self.assertEqual(25, html.count("<figure"))
        self.assertEqual(10, html.count('type="radio"'))
        self.assertEqual(2, html.count(" checked>"))
        self.assertNotIn("<script", html)
        # The middle of both is what a rule shows at first.
        self.assertRegex(shown["data"]["text/plain"], r"^a = 0\.00, b = 0\.50: sum 0\.5\n")
        first = re.findall(r'id="([^"]+)" checked', html)
        (rule,) = [line for line in html.splitlines() if all(f"#{radio}:checked" in line for radio in first)]
        frame = re.search(r"> \.(f\d+) ", rule).group(1)
        self.assertIn("sum 0.5<", html[html.index(f'class="{frame}"'):].split("</figure>")[0])
        self.assertIn("sum -3.0", html.split("</figure>")[0])
        self.assertIn("sum 4.0", html.split("</figure>")[-2])

    def test_pictures_are_in_one_sheet_as_well(self):
        code = (
            'Interact.slider("grey", 0, 255).show(g -> { var i = new java.awt.image.BufferedImage(2, 2, 1);'
            " for (int k = 0; k < 4; k++) i.setRGB(k / 2, k % 2, 0x10101 * (int) (double) g); return i; });"
        )
        data = self.shows(code)[0]["data"]
        self.assertEqual(9, data["text/html"].count("data:image/png"))
        self.assertEqual(b"\x89PNG", base64.b64decode(data["image/png"])[:4])
        self.assertEqual(9, len(set(re.findall(r"base64,([^\"]+)", data["text/html"]))))

    def test_two_runs_give_the_same_form_but_for_its_number(self):
        forms = [self.shows(SUM)[0]["data"]["text/html"] for _ in range(2)]
        ids = [re.search(r'<div id="([^"]+)"', form).group(1) for form in forms]
        self.assertEqual(forms[0].replace(ids[0], "x"), forms[1].replace(ids[1], "x"))
        self.assertNotEqual(*ids)

    def test_fewer_frames_can_be_asked_for_and_what_fails_fails_the_cell(self):
        few = 'Interact.slider("a", 0, 1).check("c", true).text("t", "x").frames(%d).show((a, c, t) -> a + t + c);'
        six = self.shows(few % 3)[0]["data"]
        self.assertEqual(6, six["text/html"].count("<figure"))
        self.assertRegex(six["text/plain"], "^a = 0.50, c = true: 0.5xtrue\n")
        one = self.shows(few % 1)[0]["data"]
        self.assertEqual((1, 0), (one["text/html"].count("<figure"), one["text/html"].count("radio")))
        self.assertEqual("0.5xtrue", one["text/plain"])
        result = self.fails('Interact.slider("a", 0, 1).show(a -> List.of().get(0));')
        self.assertEqual([], result.of("display_data"))
        for wrong in ('slider("a", 1, 1)', 'slider("a", 0, 1, 2)', 'slider("a", 0, Double.NaN)', 'integer("a", 3, 2)',
                      'choice("a", List.of())', 'choice("a", List.of(1, "1"))', 'slider(" ", 0, 1)',
                      'check("a", true).frames(0)', 'slider("z", 0, 1).check("z", true)'):
            with self.subTest(wrong):
                self.assertEqual("IllegalArgumentException", self.fails(f"Interact.{wrong};").reply["ename"])

    def test_a_frame_that_cannot_be_drawn_says_why(self):
        data = self.shows(
            'Interact.integer("n", 0, 4).show(n -> { if (n == 3) throw new IllegalStateException("no <3>");'
            " var i = new java.awt.image.BufferedImage(20, 20, 1); i.setRGB(0, 0, n); return n == 2 ? null : i; });"
        )[0]["data"]
        figures = data["text/html"].split("<figure")[1:]
        self.assertEqual([True, True, False, False, True], ["data:image/png" in figure for figure in figures])
        self.assertIn("<pre>null</pre>", figures[2])
        self.assertIn("<pre>java.lang.IllegalStateException: no &lt;3&gt;</pre>", figures[3])
        self.assertEqual(b"\x89PNG", base64.b64decode(data["image/png"])[:4], "the sheet has the other frames")
        # Where the controls are at first there has to be something.
        result = self.fails('Interact.integer("n", 0, 4).show(n -> 1 / n);')
        self.assertEqual(("ArithmeticException", []), (result.reply["ename"], result.of("display_data")))

    def test_an_interrupt_keeps_the_frames_so_far(self):
        msg_id = self.kernel.send(
            'Interact.integer("n", 0, 3).show(n -> { if (n == 2) { System.out.println("go"); while (true); } return "at " + n; });'
        )
        self.kernel.wait_for_output(msg_id, "go")
        self.kernel.interrupt()
        result = self.kernel.collect(msg_id)
        self.assertEqual("Interrupted", result.reply["ename"])
        (shown,) = result.of("display_data")
        figures = re.findall("<pre>(.*?)</pre>", shown["data"]["text/html"])
        self.assertEqual(["at 0", "at 1", "not drawn: interrupted", "not drawn: interrupted"], figures)

    def test_how_many_frames(self):
        form = self.shows('Interact.slider("a", 0, 1).frames(10_000).show(a -> a);')[0]["data"]["text/html"]
        self.assertEqual(101, form.count("<figure"), "all steps of the slider")
        result = self.fails('Interact.slider("a", 0, 1).slider("b", 0, 1).frames(100).show((a, b) -> a + b);')
        self.assertEqual("IllegalArgumentException", result.reply["ename"])
        self.assertIn("100 values of each control make 10000 frames, expected at most 200 in all", result.reply["evalue"])
        many = 'Interact.choice("of", java.util.stream.IntStream.range(0, 10_000).boxed().toList())'
        self.assertEqual(9, self.shows(many + ".show(of -> of);")[0]["data"]["text/html"].count("<figure"))
        self.assertIn("10000 frames", self.fails(many + ".frames(10_000).show(of -> of);").reply["evalue"])

    def test_a_fifth_control(self):
        five = "Interact" + "".join(f'.check("{name}", true)' for name in "abcde") + ".show((a, b, c, d, e) -> a);"
        result = self.fails(five)
        self.assertIn("Interact.Four", "\n".join(result.reply["traceback"]))


class SecondGeneration(WidgetCase):
    """What JupyterLab with ipywidgets 7 or 8 says and hears."""

    def setUp(self):
        super().setUp()
        self.say("comm_open", comm_id="control", target_name="jupyter.widget.control", data={})

    def test_models_are_opened_and_shown(self):
        controls, picture = self.shows(SUM)
        box, state = self.model("VBox")
        view = controls["data"][VIEW]
        self.assertEqual((box, 2, 0), (view["model_id"], view["version_major"], view["version_minor"]))
        self.assertEqual(25, controls["data"]["text/html"].count("<figure"))
        self.assertEqual("sum 0.5", picture["data"]["text/plain"])
        order = list(self.models)
        for child in self.controls():
            slider = self.models[child]
            self.assertLess(order.index(child), order.index(box))
            self.assertEqual("@jupyter-widgets/controls", slider["_model_module"])
            self.assertRegex(slider["_model_module_version"], r"\^2\.0\.0")
            self.assertEqual("FloatSliderView", slider["_view_name"])
            for part in ("layout", "style"):
                self.assertIn(slider[part].replace("IPY_MODEL_", ""), order[:order.index(child)])
        a, b = (self.models[child] for child in self.controls())
        self.assertEqual(("a", -3, 3, 0), (a["description"], a["min"], a["max"], a["value"]))
        self.assertEqual(("b", 0.5, 0.01), (b["description"], b["value"], b["step"]))

    def test_the_picture_follows(self):
        _, picture = self.shows(SUM)
        a, b = self.controls()
        messages = self.say("comm_msg", **self.moved(a, 2))
        self.assertEqual(["comm_msg", "update_display_data"], [m["msg_type"] for m in messages])
        echo = messages[0]["content"]
        self.assertEqual((a, "echo_update", {"value": 2}), (echo["comm_id"], echo["data"]["method"], echo["data"]["state"]))
        update = messages[1]["content"]
        self.assertEqual(picture["transient"], update["transient"])
        self.assertEqual("sum 2.5", update["data"]["text/plain"])
        self.assertEqual(["sum 2.25"], self.move(b, 0.25))
        self.assertEqual([], self.move(b, 0.25), "drawn although nothing has changed")
        self.assertEqual(["sum 3.25"], self.move(a, 700), "beyond the end of the slider")
        for odd in ("x", None, [], {"a": 1}):
            with self.subTest(odd):
                self.assertEqual([], self.move(a, odd))
        self.assertEqual(["sum 0.25"], self.move(a, 0))

    def test_every_control(self):
        self.shows(
            'Interact.choice("of", List.of("one", "two")).check("on", false).text("say", "x").button("again")'
            '.show((of, on, say, again) -> of + on + say + (again + 1));'
        )
        of, on, say, again = self.controls()
        self.assertEqual((["one", "two"], 0), (self.models[of]["_options_labels"], self.models[of]["index"]))
        self.assertEqual(["twofalsex1"], self.move(of, 1, "index"))
        self.assertEqual([], self.move(of, 2, "index") + self.move(of, -1, "index") + self.move(of, None, "index"))
        self.assertEqual(["twotruex1"], self.move(on, True))
        self.assertEqual(["twotrueé1"], self.move(say, "é"))
        click = {"comm_id": again, "data": {"method": "custom", "content": {"event": "click"}}}
        self.assertEqual(["twotrueé2"], self.texts(self.say("comm_msg", **click)))
        self.assertEqual(["twotrueé3"], self.texts(self.say("comm_msg", **click)))
        self.shows('Interact.integer("n", 2, 5).show(n -> n / 2);')
        (n,) = self.controls()
        self.assertEqual("IntSliderModel", self.models[n]["_model_name"])
        self.assertEqual(["2"], self.move(n, 4))

    def test_the_last_of_many_moves_wins(self):
        self.shows('Interact.slider("a", 0, 1000).show(a -> { Thread.sleep(20); return "at " + a; });'.replace(
            "Thread.sleep(20)", "java.util.concurrent.locks.LockSupport.parkNanos(100_000_000)"))
        (a,) = self.controls()
        sent = [self.send("comm_msg", **self.moved(a, value)) for value in range(1, 201)]
        texts = [text for msg_id in sent for text in self.texts(self.until_idle(msg_id))]
        self.assertLess(len(texts), 20)
        self.assertEqual("at 200.0", texts[-1])
        self.assertEqual(sorted(texts, key=lambda text: float(text[3:])), texts)

    def test_moves_of_two_interactions_do_not_hide_each_other(self):
        controls = []
        for name in ("left", "right"):
            self.shows(f'Interact.slider("a", 0, 9, 0).frames(1).show(a -> "{name} " + a);')
            controls += self.controls()
        busy = self.kernel.send("java.util.concurrent.locks.LockSupport.parkNanos(700_000_000);")
        sent = [self.send("comm_msg", **self.moved(control, 4)) for control in controls]
        self.kernel.collect(busy)
        self.assertEqual([["left 4.0"], ["right 4.0"]], [self.texts(self.until_idle(msg_id)) for msg_id in sent])

    def test_an_error_stands_in_the_place_of_the_picture(self):
        self.shows('Interact.slider("a", 0, 9, 1).frames(1).show(a -> 6 / (int) (double) a);')
        (a,) = self.controls()
        (text,) = self.move(a, 0)
        self.assertIn("/ by zero", text)
        self.assertEqual(["2"], self.move(a, 3))

    def test_an_interrupt_stops_it(self):
        self.shows(
            'Interact.slider("a", 0, 9, 0).frames(1).show(a -> { if (a == 5) { System.out.println("go");'
            " while (true); } return a; });"
        )
        (a,) = self.controls()
        first = self.send("comm_msg", **self.moved(a, 5))
        self.kernel.wait_for_output(first, "go")
        waiting = [self.send("comm_msg", **self.moved(a, value)) for value in (4, 5)]
        time.sleep(0.3)
        start = time.monotonic()
        self.kernel.interrupt()
        texts = [self.texts(self.until_idle(msg_id)) for msg_id in [first, *waiting]]
        self.assertLess(time.monotonic() - start, 10)
        self.assertIn("Interrupted", texts[0][0])
        self.assertEqual([[], []], texts[1:], "what waited is drawn after the interrupt")
        self.assertEqual(["2.0"], self.move(a, 2))
        second = self.send("comm_msg", **self.moved(a, 5))
        self.kernel.wait_for_output(second, "go")
        question = self.send("comm_msg", comm_id=a, data={"method": "request_state"})
        time.sleep(0.3)
        self.kernel.interrupt()
        self.until_idle(second)
        self.until_idle(question)
        self.assertEqual(["3.0"], self.move(a, 3), "a question that waited has kept the next move from being drawn")
        self.assertEqual("2", self.ok("1 + 1").value)

    def test_an_interrupt_of_the_frames_leaves_the_controls(self):
        msg_id = self.kernel.send(
            'Interact.slider("a", 0, 9, 0).show(a -> { if (a > 5) { System.out.println("go"); while (true); } return a; });'
        )
        self.kernel.wait_for_output(msg_id, "go")
        self.kernel.interrupt()
        result = self.kernel.collect(msg_id)
        self.assertEqual("Interrupted", result.reply["ename"])
        controls, picture = result.of("display_data")
        self.assertIn(VIEW, controls["data"])
        self.assertEqual("0.0", picture["data"]["text/plain"])
        slider = next(c for c in result.of("comm_open") if c["data"]["state"]["_model_name"] == "FloatSliderModel")
        self.assertEqual(["3.0"], self.move(slider["comm_id"], 3))

    def test_front_ends_that_come_later_learn_of_the_widgets(self):
        self.shows(SUM)
        a, _ = self.controls()
        self.move(a, 1.5)
        comms = self.kernel.request("comm_info_request", {"target_name": "jupyter.widget"})["content"]["comms"]
        self.assertLessEqual(set(self.models), set(comms))
        self.assertNotIn("control", comms)
        (update,) = self.say("comm_msg", comm_id=a, data={"method": "request_state"})
        self.assertEqual("update", update["content"]["data"]["method"])
        state = update["content"]["data"]["state"]
        self.assertEqual(dict(self.models[a], value=1.5), state)
        (all_states,) = self.say("comm_msg", comm_id="control", data={"method": "request_states"})
        data = all_states["content"]["data"]
        self.assertEqual(("update_states", []), (data["method"], data["buffer_paths"]))
        self.assertEqual(set(comms), set(data["states"]))
        self.assertEqual(("FloatSliderModel", state), (data["states"][a]["model_name"], data["states"][a]["state"]))

    def test_what_is_closed_or_unknown_is_ignored(self):
        self.shows(SUM)
        a, b = self.controls()
        self.assertEqual([], self.say("comm_close", comm_id=a, data={}))
        comms = self.kernel.request("comm_info_request")["content"]["comms"]
        self.assertNotIn(a, comms)
        self.assertIn(b, comms)
        self.assertEqual([], self.say("comm_msg", **self.moved(a, 1)))
        self.assertEqual([], self.say("comm_msg", **self.moved("nobody", 1)))
        for data in ({}, {"method": 3}, {"method": "update"}, {"method": "update", "state": 3}, {"method": "custom"}):
            with self.subTest(data):
                self.assertEqual([], self.say("comm_msg", comm_id=b, data=data))
        self.assertEqual(["sum 1.0"], self.move(b, 1))

    def test_old_interactions_are_closed(self):
        closed = []
        for _ in range(70):
            result = self.ok('Interact.check("c", true).frames(1).show(c -> c);')
            closed += result.of("comm_close")
        comms = self.kernel.request("comm_info_request", {"target_name": "jupyter.widget"})["content"]["comms"]
        self.assertEqual(64 * 4, len(comms))
        self.assertFalse({content["comm_id"] for content in closed} & set(comms))


class AnyFrontEndThatAsks(WidgetCase):
    def test_who_asks_for_widgets_has_them(self):
        self.kernel.request("comm_info_request")
        self.assertEqual(1, len(self.shows(SUM)))
        self.kernel.request("comm_info_request", {"target_name": "jupyter.widget"})
        self.assertIn(VIEW, self.shows(SUM)[0]["data"])


class FirstGeneration(WidgetCase):
    """What Debian's classic notebook with ipywidgets 6 says and hears."""

    def opened(self, message):
        return message["content"]["data"]

    def setUp(self):
        super().setUp()
        self.kernel.request("comm_info_request", {"target_name": "jupyter.widget"})
        (answer,) = self.say("comm_open", comm_id="v", target_name="jupyter.widget.version", data={})
        self.assertEqual(("v", {"version": "~2.1.4"}), (answer["content"]["comm_id"], answer["content"]["data"]))
        self.assertEqual([], self.say("comm_msg", comm_id="v", data={"validated": True, "frontend_version": "2.1.4"}))

    def moved(self, comm, value, field="value"):
        return {"comm_id": comm, "data": {"method": "backbone", "sync_data": {field: value}}}

    def test_models_are_opened_and_shown(self):
        result = self.ok(SUM)
        opened = {c["comm_id"]: c["data"] for c in result.of("comm_open")}
        self.assertEqual({"jupyter-js-widgets"}, {s["_model_module"] for s in opened.values()})
        self.assertEqual({"~2.1.4"}, {s["_model_module_version"] for s in opened.values()})
        (display,) = result.of("comm_msg")
        self.assertEqual({"method": "display"}, display["data"])
        self.assertEqual("VBoxModel", opened[display["comm_id"]]["_model_name"])
        controls, picture = result.of("display_data")
        self.assertNotIn(VIEW, controls["data"])
        # The form is for other places; where widgets stand above the output it hides.
        self.assertIn(".widget-area:not", controls["data"]["text/html"])
        self.assertEqual("sum 0.5", picture["data"]["text/plain"])

    def test_the_picture_follows(self):
        self.shows(SUM)
        a, b = self.controls()
        self.assertEqual(["sum -2.5"], self.move(a, -3))
        messages = self.say("comm_msg", **self.moved(b, 1))
        self.assertEqual(["update_display_data"], [m["msg_type"] for m in messages])
        self.shows('Interact.choice("of", List.of("one", "two")).show(of -> of);')
        (of,) = self.controls()
        self.assertEqual("one", self.models[of]["value"])
        self.assertEqual(["two"], self.move(of, "two"))
        self.assertEqual([], self.move(of, "three"))
        (update,) = self.say("comm_msg", comm_id=of, data={"method": "request_state"})
        self.assertEqual("two", update["content"]["data"]["state"]["value"])


if __name__ == "__main__":
    unittest.main()
