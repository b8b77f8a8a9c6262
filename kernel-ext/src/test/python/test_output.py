"""Streams: order, batches, threads, limits; questions to the user."""

import time

from kernel_under_test import TIMEOUT, KernelCase


class Output(KernelCase):
    def test_ten_thousand_lines_in_at_most_a_hundred_messages(self):
        result = self.ok("for (int i = 0; i < 10_000; i++) System.out.println(i);")
        self.assertEqual("".join(f"{i}\n" for i in range(10_000)), result.stdout)
        self.assertLessEqual(len(result.of("stream")), 100)

    def test_streams_and_displays_keep_their_order(self):
        result = self.ok(
            """
            for (int i = 0; i < 50; i++) {
                System.out.print("o" + i + ";");
                if (i % 3 == 0) System.err.print("e" + i + ";");
                if (i % 5 == 0) display("d" + i + ";");
                if (i % 7 == 0) clearOutput();
            }
            "end"
            """
        )
        seen = ""
        for message in result.messages:
            content = message["content"]
            if message["msg_type"] == "stream":
                seen += content["text"]
            elif message["msg_type"] in ("display_data", "execute_result"):
                seen += content["data"]["text/plain"]
            elif message["msg_type"] == "clear_output":
                seen += "clear;"
        expected = ""
        for i in range(50):
            expected += f"o{i};" + f"e{i};" * (i % 3 == 0) + f"d{i};" * (i % 5 == 0) + "clear;" * (i % 7 == 0)
        self.assertEqual(expected, seen.replace('"', "").removesuffix("end"))

    def stored(self, result):
        """What a front end keeps of a cell: each output in short, streams in one piece where nothing came between."""
        outputs, clearing = [], False
        for message in result.messages:
            kind, content = message["msg_type"], message["content"]
            if kind == "clear_output":
                clearing = content["wait"]
                if not clearing:
                    outputs = []
            elif kind == "update_display_data":
                identity = content["transient"]["display_id"]
                outputs = [(d, content["data"]["text/plain"]) if d == identity else (d, t) for d, t in outputs]
            elif kind in ("stream", "display_data", "execute_result", "error"):
                if clearing:
                    outputs, clearing = [], False
                if kind == "stream" and outputs and outputs[-1][0] == "stream":
                    outputs[-1] = ("stream", outputs[-1][1] + content["text"])
                elif kind == "stream":
                    outputs.append(("stream", content["text"]))
                elif kind == "error":
                    outputs.append(("error", content["ename"]))
                else:
                    outputs.append((content.get("transient", {}).get("display_id"), content["data"]["text/plain"]))
        return [text for _, text in outputs]

    def test_what_is_stored_does_not_depend_on_how_long_work_took(self):
        work = """
            System.out.println("before");
            try (var progress = lvm.display.Progress.start("work", 4)) {
                for (int i = 0; i < 4; i++) { Thread.sleep(%d); progress.step(); }
            }
            display("shown");
            try (var curve = lvm.display.LiveCurve.start("curve", "x", "y", "a")) {
                curve.add(1, 2); curve.add(2, 3);
            }
            System.out.println("after");
            %s
            """
        for end, last in (('"value"', ["value"]), ("int none = 0;", []), ("Integer.parseInt(\"x\");", ["NumberFormatException"])):
            for pause in (1, 250):
                result = self.kernel.run(work % (pause, end))
                bars = [c for c in result.of("display_data") if "work: " in c["data"]["text/plain"]]
                self.assertEqual(pause > 1, bool(bars), "a bar is seen while the cell runs, if that is long")
                texts = [text.replace('"', "").strip() for text in self.stored(result)]
                self.assertEqual(["before", "shown", "curve: x 2, a 3", "after", *last], texts)

    def test_the_bar_of_work_that_was_interrupted_stays(self):
        result = self.ok(
            """
            try (var progress = lvm.display.Progress.start("work", 4)) {
                Thread.sleep(700); progress.step(); progress.interrupted();
            }
            """
        )
        self.assertEqual(1, len(self.stored(result)))
        self.assertIn("work: 1/4 interrupted", self.stored(result)[0])

    def test_characters_are_never_cut(self):
        result = self.ok(
            """
            byte[] face = "é😀".getBytes("UTF-8");
            for (int i = 0; i < 50_000; i++) for (byte b : face) System.out.write(b);
            System.out.print("😀".charAt(0));
            System.out.print("😀".charAt(1));
            """
        )
        self.assertEqual("é😀" * 50_000 + "😀", result.stdout)

    def test_text_without_a_line_end_comes_while_the_cell_runs(self):
        cell = self.kernel.send('System.out.print("waiting"); Thread.sleep(60_000);')
        self.kernel.wait_for_output(cell, "waiting")
        self.kernel.interrupt()
        self.assertEqual("error", self.kernel.collect(cell).status)

    def test_a_thread_that_outlives_its_cell_prints_into_the_last_one(self):
        self.ok(
            """
            var go = new java.util.concurrent.CountDownLatch(1);
            new Thread(() -> {
                try { go.await(); } catch (InterruptedException e) { }
                System.out.print("late");
            }).start();
            """
        )
        last = self.kernel.send("go.countDown();")
        self.kernel.shell_reply(last)
        self.kernel.wait_for_output(last, "late")

    def test_closing_standard_output_does_not_silence_the_next_cell(self):
        self.ok("System.out.close();")
        self.assertEqual("heard", self.ok('System.out.print("heard");').stdout)

    def test_a_hundred_megabytes_arrive(self):
        cell = self.kernel.send('String line = "x".repeat(9_999); for (int i = 0; i < 10_000; i++) System.out.println(line);')
        count = 0
        while True:
            message = self.kernel.iopub()
            if message["parent_header"].get("msg_id") != cell:
                continue
            if message["msg_type"] == "stream":
                count += len(message["content"]["text"])
            elif message["content"].get("execution_state") == "idle":
                break
        self.assertEqual(100_000_000, count)


class SlowReader(KernelCase):
    options = ("-Xmx200m",)

    def test_printing_for_ever_waits_for_the_reader_and_can_be_interrupted(self):
        cell = self.kernel.send('String s = "y".repeat(5_000); while (true) { System.out.println(s); }')
        self.kernel.wait_for_output(cell, "yyy")
        # Nobody reads now: the processor becomes idle when everything that can hold text is full.
        end = time.monotonic() + TIMEOUT
        used = -1.0
        while self.kernel.processor_seconds() - used > 0.05:
            self.assertLess(time.monotonic(), end, "the cell never waits")
            used = self.kernel.processor_seconds()
            time.sleep(0.5)
        self.kernel.interrupt()
        result = self.kernel.collect(cell)
        self.assertEqual("Interrupted", result.reply["ename"])
        self.assertEqual("2", self.ok("1 + 1").value)


class Input(KernelCase):
    def answer(self, *lines):
        for line in lines:
            request = self.kernel.client.get_stdin_msg(timeout=TIMEOUT)
            self.assertEqual("input_request", request["msg_type"])
            self.kernel.client.input(line)

    def test_a_scanner_asks_the_front_end(self):
        code = 'var scanner = new Scanner(System.in); scanner.nextLine() + "/" + scanner.nextInt();'
        cell = self.kernel.send(code.removesuffix(";"), allow_stdin=True)
        self.answer("grüße 😀", "42")
        self.assertIn("grüße 😀/42", self.kernel.collect(cell).value)

    def test_the_question_belongs_to_the_cell_and_comes_after_its_text(self):
        cell = self.kernel.send('System.out.print("Name? "); input("again? ")', allow_stdin=True)
        request = self.kernel.client.get_stdin_msg(timeout=TIMEOUT)
        self.assertEqual(cell, request["parent_header"]["msg_id"])
        self.assertEqual({"prompt": "again? ", "password": False}, request["content"])
        seen = self.kernel.wait_for_output(cell, "Name? ")
        self.kernel.client.input("me")
        self.assertIn("me", self.kernel.collect(cell, seen=seen).value)

    def test_a_password_is_marked(self):
        cell = self.kernel.send('password("key")', allow_stdin=True)
        self.assertTrue(self.kernel.client.get_stdin_msg(timeout=TIMEOUT)["content"]["password"])
        self.kernel.client.input("secret")
        self.assertIn("secret", self.kernel.collect(cell).value)

    def test_what_is_left_of_a_line_does_not_reach_the_next_cell(self):
        for line in ("abc", "xyz"):
            cell = self.kernel.send("(char) System.in.read()", allow_stdin=True)
            self.answer(line)
            self.assertIn(line[0], self.kernel.collect(cell).value)

    def test_without_leave_to_ask_the_error_says_so(self):
        result = self.fails("new Scanner(System.in).nextLine()")
        self.assertIn("allow_stdin", result.reply["evalue"])
        self.assertEqual("2", self.ok("1 + 1").value)

    def test_waiting_for_input_can_be_interrupted(self):
        for code in ("new Scanner(System.in).nextLine()", "System.in.read()", 'input("?")'):
            with self.subTest(code):
                cell = self.kernel.send(code, allow_stdin=True)
                self.kernel.client.get_stdin_msg(timeout=TIMEOUT)
                self.kernel.interrupt()
                self.assertEqual("Interrupted", self.kernel.collect(cell).reply["ename"])
                # An answer that comes too late is nobody's.
                self.kernel.client.input("late")
                cell = self.kernel.send('input("!")', allow_stdin=True)
                self.answer("in time")
                self.assertIn("in time", self.kernel.collect(cell).value)

    def test_a_thread_without_a_cell_cannot_ask(self):
        self.ok("var readers = new java.util.concurrent.LinkedBlockingQueue<String>();")
        self.ok(
            """
            var ended = new java.util.concurrent.CountDownLatch(1);
            new Thread(() -> {
                try { ended.await(); System.in.read(); } catch (Exception e) { readers.add(e.getMessage()); }
            }).start();
            """,
            allow_stdin=True,
        )
        result = self.ok("ended.countDown(); readers.poll(10, java.util.concurrent.TimeUnit.SECONDS)")
        self.assertRegex(result.value, "System.in")
