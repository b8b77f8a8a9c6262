"""jupyter_kernel_test with every sample filled in, and the parts of the protocol that it leaves out."""

import hashlib
import hmac
import json
import queue
import socket
import time
import unittest

import jupyter_kernel_test
import zmq

from kernel_under_test import Kernel, KernelCase


class StandardTests(jupyter_kernel_test.KernelTests):
    language_name = "java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("to stderr");'
    completion_samples = [
        {"text": '"abc".toUpp', "matches": {"toUpperCase("}},
        {"text": "java.util.concurrent.Cy", "matches": {"CyclicBarrier"}},
        {"text": "\\mu", "matches": {"μ"}},
    ]
    complete_code_samples = ["1 + 1", "int x = 1;", "class A {\n  int b;\n}", "// a remark"]
    incomplete_code_samples = ["class A {", "int f(int a) {", "for (int i = 0; i < 3; i++) {", "1 +"]
    invalid_code_samples = ["int x = ;", "class 1 {}"]
    code_page_something = 'page("a text for the pager");'
    code_generate_error = 'throw new IllegalStateException("as it should be");'
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": '"ab" + "c"', "result": "abc"},
        {"code": "List.of(1, 2, 3)", "result": "[1, 2, 3]"},
    ]
    code_display_data = [
        {"code": 'display("<b>bold</b>", "text/html");', "mime": "text/html"},
        {"code": "display(new java.awt.image.BufferedImage(3, 2, 1));", "mime": "image/png"},
    ]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.abs("
    code_clear_output = "clearOutput();"

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()
        cls.km, cls.kc = cls.kernel.manager, cls.kernel.client
        # The suite waits a tenth of a second for what the first run of a kind may take longer for.
        cls.kernel.run("1 + 1")

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()




class Protocol(KernelCase):
    def raw(self, frames, channel="shell"):
        """Sends frames as they are."""
        getattr(self.kernel.client, channel + "_channel").socket.send_multipart(frames)

    def signed(self, *parts):
        key = self.kernel.manager.session.key
        return hmac.new(key, b"".join(parts), hashlib.sha256).hexdigest().encode()

    def frames(self, header, content="{}"):
        header = json.dumps(dict({"msg_id": "m", "session": "s", "username": "u", "version": "5.3"}, **header)).encode()
        parts = [header, b"{}", b"{}", content.encode()]
        return [b"<IDS|MSG>", self.signed(*parts), *parts]

    def answers(self):
        self.assertEqual("ok", self.kernel.request("kernel_info_request")["content"]["status"])
        self.assertEqual("ok", self.kernel.request("kernel_info_request", channel="control")["content"]["status"])

    def test_what_is_not_a_message_is_ignored(self):
        good = self.frames({"msg_type": "kernel_info_request"})
        wrong_signature = list(good)
        wrong_signature[1] = b"0" * 64
        bad = [
            wrong_signature,
            good[:4],
            [b"only one frame"],
            [b"<IDS|MSG>"],
            [b"<IDS|MSG>", self.signed(b"{", b"{}", b"{}", b"{}"), b"{", b"{}", b"{}", b"{}"],
            [b"<IDS|MSG>", self.signed(b"[]", b"{}", b"{}", b"{}"), b"[]", b"{}", b"{}", b"{}"],
            [b"<IDS|MSG>", self.signed(b"\xff\xfe", b"", b"", b""), b"\xff\xfe", b"", b"", b""],
            self.frames({"msg_type": "no_such_request"}),
            self.frames({"msg_type": ""}),
            self.frames({"msg_type": 3}),
            self.frames({}),
        ]
        for channel in ("shell", "control", "stdin"):
            for frames in bad:
                self.raw(frames, channel)
        self.answers()
        with self.assertRaises(queue.Empty):
            self.kernel.client.get_shell_msg(timeout=0)

    def test_missing_and_mistyped_fields_are_answered(self):
        for msg_type in ("execute", "complete", "inspect", "is_complete", "history", "comm_info"):
            with self.subTest(msg_type):
                self.assertIn("status", self.kernel.request(msg_type + "_request")["content"])
        odd = {"code": 3, "cursor_pos": "x", "silent": 7, "user_expressions": [], "hist_access_type": 1, "n": -4}
        for msg_type in ("execute", "complete", "inspect", "is_complete", "history"):
            with self.subTest(msg_type):
                self.assertIn("status", self.kernel.request(msg_type + "_request", odd)["content"])

    def test_every_request_is_busy_then_idle(self):
        for msg_type, content in {
            "kernel_info_request": {},
            "execute_request": {"code": "1", "silent": False},
            "complete_request": {"code": "Mat", "cursor_pos": 3},
            "inspect_request": {"code": "Math", "cursor_pos": 3, "detail_level": 0},
            "is_complete_request": {"code": "1"},
            "history_request": {"hist_access_type": "tail", "n": 1, "raw": True, "output": False},
            "comm_info_request": {},
            "connect_request": {},
            "interrupt_request": {},
        }.items():
            for channel in ("shell", "control") if msg_type[0] in "ki" else ("shell",):
                with self.subTest(msg_type, channel=channel):
                    reply = self.kernel.request(msg_type, content, channel)
                    self.assertEqual(msg_type.replace("_request", "_reply"), reply["msg_type"])
                    messages = self.states(reply["parent_header"]["msg_id"])
                    states = [m["content"]["execution_state"] for m in messages if m["msg_type"] == "status"]
                    self.assertEqual(["busy", "idle"], states)
                    self.assertEqual("status", messages[0]["msg_type"])

    def test_heartbeat_returns_what_it_gets(self):
        with zmq.Context() as context, context.socket(zmq.REQ) as requester:
            requester.linger = 0
            info = self.kernel.manager.get_connection_info()
            requester.connect(f"tcp://{info['ip']}:{info['hb_port']}")
            for beat in (b"ping", b"", b"\x00" * 5000):
                requester.send(beat)
                self.assertTrue(requester.poll(10000))
                self.assertEqual(beat, requester.recv())

    def test_kernel_info(self):
        info = self.kernel.request("kernel_info_request")["content"]
        self.assertEqual("5.5", info["protocol_version"])
        self.assertIsInstance(info["supported_features"], list)
        self.assertEqual("text/x-java-source", info["language_info"]["mimetype"])
        self.assertEqual("text/x-java", info["language_info"]["codemirror_mode"])
        self.assertEqual("java", info["language_info"]["pygments_lexer"])
        self.assertTrue(info["banner"])
        for link in info["help_links"]:
            self.assertRegex(link["url"], "^https://")

    def test_silent_and_unstored_cells(self):
        before = self.ok("1").reply["execution_count"]
        silent = self.ok("6 * 7", silent=True)
        self.assertEqual([], silent.of("execute_input") + silent.of("execute_result"))
        unstored = self.ok("6 * 7", store_history=False)
        self.assertEqual("42", unstored.value)
        after = self.ok("8 * 8")
        self.assertEqual(before + 1, after.reply["execution_count"])
        self.assertEqual(before + 1, after.of("execute_input")[0]["execution_count"])
        content = {"hist_access_type": "tail", "n": 2, "raw": True, "output": False}
        history = self.kernel.request("history_request", content)["content"]["history"]
        self.assertEqual(["1", "8 * 8"], [entry[2] for entry in history])

    def test_user_expressions(self):
        result = self.ok("int forExpressions = 5;", user_expressions={"good": "forExpressions + 1", "bad": "nothing.x"})
        answers = result.reply["user_expressions"]
        self.assertEqual(("ok", "6"), (answers["good"]["status"], answers["good"]["data"]["text/plain"]))
        self.assertEqual("error", answers["bad"]["status"])
        self.assertTrue(answers["bad"]["traceback"])

    def test_an_error_aborts_the_cells_behind_it(self):
        for stop, expected in ((True, "aborted"), (False, "ok")):
            with self.subTest(stop_on_error=stop):
                first = self.kernel.send('Thread.sleep(300); throw new Exception("stop");', stop_on_error=stop)
                second = self.kernel.send("1 + 1")
                info = self.kernel.client.kernel_info()
                self.assertEqual("error", self.kernel.shell_reply(first)["content"]["status"])
                self.assertEqual(expected, self.kernel.shell_reply(second)["content"]["status"])
                self.assertEqual("ok", self.kernel.shell_reply(info)["content"]["status"])
                states = [m["content"]["execution_state"] for m in self.states(second) if m["msg_type"] == "status"]
                self.assertEqual(["busy", "idle"], states)
                self.ok("1 + 1")

    def test_history(self):
        codes = ["int h = 1;", "h + 1", "h + 1", "// h"]
        numbers = [self.ok(code).reply["execution_count"] for code in codes]

        def ask(**content):
            content = dict({"raw": True, "output": False}, **content)
            return self.kernel.request("history_request", content)["content"]["history"]

        self.assertEqual(codes, [e[2] for e in ask(hist_access_type="tail", n=4)])
        with_output = ask(hist_access_type="range", session=0, start=numbers[0], stop=numbers[2], output=True)
        self.assertEqual([["int h = 1;", None], ["h + 1", "2"]], [e[2] for e in with_output])
        self.assertEqual(numbers[:2], [e[1] for e in with_output])
        self.assertEqual([], ask(hist_access_type="range", session=-1, start=0, stop=9))
        self.assertEqual(2, len(ask(hist_access_type="search", pattern="h + [0-9]")))
        self.assertEqual(1, len(ask(hist_access_type="search", pattern="h + ?", unique=True)))
        self.assertEqual([numbers[2]], [e[1] for e in ask(hist_access_type="search", pattern="h*", n=1)])

    def test_questions_about_code_are_answered_while_a_cell_runs(self):
        cell = self.kernel.send('int known = 5; System.out.println("runs"); while (true) Thread.sleep(10);')
        seen = self.kernel.wait_for_output(cell, "runs")
        questions = {
            "complete_request": {"code": "know", "cursor_pos": 4},
            "inspect_request": {"code": "known", "cursor_pos": 3, "detail_level": 0},
            "is_complete_request": {"code": "if (known > 1)"},
        }
        for msg_type, content in questions.items():
            with self.subTest(msg_type):
                reply = self.kernel.request(msg_type, content)
                if msg_type == "complete_request":
                    self.assertEqual(["known"], reply["content"]["matches"])
                elif msg_type == "inspect_request":
                    self.assertIn("value: 5", reply["content"]["data"]["text/plain"])
                else:
                    self.assertEqual("incomplete", reply["content"]["status"])
                messages = self.states(reply["parent_header"]["msg_id"])
                self.assertEqual(["busy", "idle"], [m["content"]["execution_state"] for m in messages])
                # Front ends show what they heard last, and the cell still runs.
                after = self.kernel.iopub()
                self.assertEqual(cell, after["parent_header"]["msg_id"])
                self.assertEqual("busy", after["content"]["execution_state"])
        self.kernel.interrupt()
        result = self.kernel.collect(cell, seen=seen)
        self.assertEqual("error", result.status)
        self.assertEqual("idle", result.messages[-1]["content"]["execution_state"])
        self.assertEqual("6", self.ok("known + 1").value)

    def test_a_question_behind_a_short_cell_knows_what_it_defines(self):
        for i in range(5):
            self.kernel.send(f"int shortlyDefined{i} = {i};")
            name = f"shortlyDefined{i}"
            reply = self.kernel.request("complete_request", {"code": name[:-1], "cursor_pos": len(name) - 1})
            self.assertIn(name, reply["content"]["matches"])

    def test_a_name_with_a_question_mark_goes_to_the_pager(self):
        self.ok("/** Half of a dozen. */\nint half() { return 6; }")
        for code in ("?half", "half?", "half()?", "??half"):
            with self.subTest(code):
                pages = self.ok(code).reply["payload"]
                self.assertEqual(["page"], [page["source"] for page in pages])
                self.assertIn("Half of a dozen.", pages[0]["data"]["text/plain"])
                self.assertIn("text/html", pages[0]["data"])
        result = self.ok("?noSuchName")
        self.assertEqual([], result.reply["payload"])
        self.assertIn("noSuchName: there is nothing of this name", result.stdout)

    def test_variables_are_listed(self):
        self.ok('double listedHere = 2.5;')
        self.assertRegex(self.ok("%vars").stdout, r"(?m)^listedHere +double +2\.5$")
        self.assertIn("listedHere", self.ok("%who").stdout)

    def test_a_comm_for_nobody_is_closed(self):
        self.assertEqual({}, self.kernel.request("comm_info_request")["content"]["comms"])
        content = {"comm_id": "c1", "target_name": "nobody", "data": {}}
        message = self.kernel.client.session.msg("comm_open", content)
        self.kernel.client.shell_channel.send(message)
        messages = self.states(message["header"]["msg_id"])
        self.assertEqual(["status", "comm_close", "status"], [m["msg_type"] for m in messages])
        self.assertEqual("c1", messages[1]["content"]["comm_id"])

    def test_cursors_count_code_points(self):
        code = 'String s = "\U0001f600\U0001f600"; s.toUpp'
        reply = self.kernel.request("complete_request", {"code": code, "cursor_pos": len(code)})["content"]
        self.assertEqual(["toUpperCase("], [m for m in reply["matches"] if m.startswith("toUpper")])
        self.assertEqual("toUpp", code[reply["cursor_start"]:reply["cursor_end"]])
        reply = self.kernel.request("complete_request", {"code": "Mat", "cursor_pos": 1000})["content"]
        self.assertIn("Math", reply["matches"])

    def test_displays_have_ids_and_can_be_replaced(self):
        result = self.ok('String id = display("one"); updateDisplay(id, "two"); display("<i>x</i>", "text/html");')
        shown = result.of("display_data")
        ids = [content["transient"]["display_id"] for content in shown]
        self.assertEqual(2, len(set(ids)))
        self.assertEqual("<i>x</i>", shown[1]["data"]["text/html"])
        update = result.of("update_display_data")[0]
        self.assertEqual((ids[0], "two"), (update["transient"]["display_id"], update["data"]["text/plain"]))
        self.assertIsNone(result.value)
        self.assertIsNone(self.ok('display("last line")').value)
        self.assertEqual([{"wait": True}], self.ok("clearOutput(true);").of("clear_output"))

    def test_a_text_is_displayed_as_any_type(self):
        spec = '{"mark": "bar", "n": 1}'
        code = f'display({json.dumps(spec)}, "application/vnd.vegalite.v5+json"); display("# a", "x-own/thing");'
        shown = [content["data"] for content in self.ok(code).of("display_data")]
        self.assertEqual({"mark": "bar", "n": 1}, shown[0]["application/vnd.vegalite.v5+json"])
        self.assertEqual("# a", shown[1]["x-own/thing"])

    def test_arrays_show_their_contents(self):
        for code, expected in {
            'new String[] {"a", "b"}': "[a, b]",
            "new long[] {1L << 60}": "[1152921504606846976]",
            "new boolean[2]": "[false, false]",
            "new Object[] {1, null, new int[] {2}}": "[1, null, [2]]",
            "List.of(new int[] {1}, new int[] {2})": "[[1], [2]]",
            'Map.of("k", new double[] {0.5})': "{k=[0.5]}",
        }.items():
            with self.subTest(code):
                self.assertEqual(expected, self.ok(code).value)

    def test_exit_asks_the_front_end_to_end(self):
        for code in ("exit", "quit", "exit;", "exit()", "quit();"):
            with self.subTest(code):
                payload = self.ok(code).reply["payload"]
                self.assertEqual([{"source": "ask_exit", "keepkernel": False}], payload)
        self.assertEqual([], self.ok("1").reply["payload"])
        self.assertEqual("5", self.ok("int exit = 5;\nexit").value)
        self.assertEqual("5", self.ok("exit").value)
        self.fails("leave")

    def test_stack_traces_that_are_printed_have_lines_of_cells(self):
        number = self.ok("int fail(int x) {\n  return 1 / x;\n}").reply["execution_count"]
        result = self.ok("try {\n  fail(0);\n} catch (Exception e) {\n  e.printStackTrace();\n}")
        expected = (
            "java.lang.ArithmeticException: / by zero\n"
            f"\tat cell {number}, line 2 in fail\n\tat cell {number + 1}, line 2\n"
        )
        self.assertEqual(expected, result.stderr)
        result = self.ok("\nThread t = new Thread(() -> {\n  fail(0);\n}, \"own\");\nt.start();\nt.join();")
        self.assertIn(f'Exception in thread "own" java.lang.ArithmeticException: / by zero\n', result.stderr)
        self.assertIn(f"\tat cell {number}, line 2 in fail\n\tat cell {number + 2}, line 3\n", result.stderr)
        result = self.ok(
            "var log = java.util.logging.Logger.getLogger(\"test\");\ntry {\n  fail(0);\n} catch (Exception e) {\n"
            "  log.log(java.util.logging.Level.SEVERE, \"failed\", e);\n}"
        )
        self.assertRegex(result.stderr, rf" cell {number + 3}\n")
        self.assertIn(f"\tat cell {number}, line 2 in fail\n\tat cell {number + 3}, line 3\n\n", result.stderr)
        self.assertNotIn("REPL", result.stderr)
        self.assertNotIn("lvm.kernel", result.stderr)
        result = self.fails("class T {\n  public String toString() {\n    return \"\" + fail(0);\n  }\n}\nnew T()")
        self.assertIn("line 3 in T.toString", result.traceback.replace("\x1b[0m", ""))
        self.assertNotIn("lvm.kernel", result.traceback)

    def test_a_failure_of_the_compiler_is_not_printed(self):
        result = self.fails("(" * 1_000_000 + "1" + ")" * 1_000_000)
        self.assertIn("nested too deeply", result.traceback)
        self.assertEqual(("", ""), (result.stdout, result.stderr))
        self.assertLess(len(result.traceback), 2000)
        self.assertEqual("1999", self.ok("int one = 1;\n" + "+".join(["one"] * 1999)).value)

    def test_null_can_be_displayed(self):
        self.assertEqual("null", self.ok("display(null);").of("display_data")[0]["data"]["text/plain"])

    def test_live_output_is_one_display_that_ends_in_its_last_state(self):
        code = """
            var live = lvm.display.Display.output().show("state 0");
            for (int i = 1; i <= 1000; i++) live.update("state " + i);
            """
        result = self.ok(code)
        self.assertEqual(1, len(result.of("display_data")))
        updates = result.of("update_display_data")
        self.assertLess(len(updates), 100)
        self.assertEqual("state 1000", updates[-1]["data"]["text/plain"])
        display_id = result.of("display_data")[0]["transient"]["display_id"]
        self.assertEqual({display_id}, {u["transient"]["display_id"] for u in updates})

    def test_nothing_else_is_written_by_the_process(self):
        self.ok('System.out.println("x"); System.err.println("y");')
        self.assertEqual("", self.kernel.process_output())


class Transport(KernelCase):
    """What happens below the messages, where libzmq talks to the kernel's own sockets."""

    def address(self, name):
        info = self.kernel.manager.get_connection_info()
        return info["ip"], info[name + "_port"]

    def client(self, kind, name, **options):
        ip, port = self.address(name)
        made = zmq.Context.instance().socket(kind)
        made.linger = 0
        for option, value in options.items():
            setattr(made, option, value)
        made.connect(f"tcp://{ip}:{port}")
        self.addCleanup(made.close)
        return made

    def info_request(self):
        session = self.kernel.client.session
        return session.serialize(session.msg("kernel_info_request", {}))

    def test_strangers_are_sent_away_and_hurt_nobody(self):
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16 + 1 + 31)
        ready = b"\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
        self.assertEqual(64, len(greeting))
        for name in ("shell", "control", "stdin", "iopub", "hb"):
            for sent in (
                b"GET / HTTP/1.1\r\n\r\n" + bytes(64),
                greeting[:-1],
                greeting.replace(b"\x7f\x03", b"\x7f\x01"),
                greeting.replace(b"NULL", b"PLAI"),
                greeting + b"\x00\x01x",
                greeting + b"\xff\x01x",
                greeting + b"\x04\x03\x09READY",
                greeting + b"\x04\x12\x05READY\x04Iden\x7f\xff\xff\xff" + b"xyzw",
                greeting + ready + b"\x02\x7f" + b"\xff" * 7,
                greeting + ready + b"\x02" + b"\xff" * 8,
            ):
                with self.subTest(name, sent=sent), socket.create_connection(self.address(name), 10) as stranger:
                    stranger.sendall(sent)
                    stranger.shutdown(socket.SHUT_WR)
                    while stranger.recv(1000):
                        pass  # until the kernel hangs up
        self.assertEqual("ok", self.kernel.request("kernel_info_request")["content"]["status"])
        self.assertEqual("2", self.ok("1 + 1").value)

    def test_a_client_that_comes_back_under_its_name_takes_over(self):
        for _ in range(3):
            # Else the one that was taken over would come back itself after 100 ms, and take over in turn.
            dealer = self.client(zmq.DEALER, "shell", identity=b"the same", reconnect_ivl=-1)
            dealer.send_multipart(self.info_request())
            self.assertTrue(dealer.poll(60_000))
            self.assertIn(b"<IDS|MSG>", dealer.recv_multipart())

    def test_clients_without_a_name_get_their_own_replies(self):
        dealers = [self.client(zmq.DEALER, "shell") for _ in range(5)]
        requests = [self.info_request() for _ in dealers]
        for dealer, request in zip(dealers, requests):
            dealer.send_multipart(request)
        for dealer, request in zip(dealers, requests):
            self.assertTrue(dealer.poll(60_000))
            reply = dealer.recv_multipart()
            self.assertEqual(json.loads(request[2])["msg_id"], json.loads(reply[3])["msg_id"])

    def test_subscribers_get_what_they_asked_for(self):
        streams, everything, nothing = (self.client(zmq.SUB, "iopub") for _ in range(3))
        streams.subscribe(b"stream.stdout")
        everything.subscribe(b"")
        nothing.subscribe(b"stream")
        nothing.unsubscribe(b"stream")
        end = time.monotonic() + 60
        while not (streams.poll(200) and everything.poll(200)):
            self.assertLess(time.monotonic(), end)
            self.ok('System.out.println("there");')
        self.ok('System.err.println("not this"); System.out.println("last");')
        topics = {}
        for name, subscriber in (("streams", streams), ("everything", everything)):
            topics[name] = set()
            text = b""
            while b"last" not in text:
                self.assertTrue(subscriber.poll(60_000))
                frames = subscriber.recv_multipart()
                topics[name].add(frames[0])
                text = frames[6] if frames[0] == b"stream.stdout" else b""
        self.assertEqual({b"stream.stdout"}, topics["streams"])
        self.assertLessEqual({b"status", b"execute_input", b"stream.stderr", b"stream.stdout"}, topics["everything"])
        self.assertFalse(nothing.poll(0))

    def test_a_subscriber_is_welcomed_first(self):
        for topic in (b"", b"stream", b"stream.stdout"):
            with self.subTest(topic):
                subscriber = self.client(zmq.SUB, "iopub")
                subscriber.subscribe(topic)
                self.assertTrue(subscriber.poll(60_000))
                identities, frames = self.kernel.client.session.feed_identities(subscriber.recv_multipart())
                message = self.kernel.client.session.deserialize(frames)
                self.assertEqual([topic], identities)
                self.assertEqual("iopub_welcome", message["msg_type"])
                self.assertEqual({}, message["parent_header"])
                self.assertEqual({"subscription": topic.decode()}, message["content"])
                # From the welcome on, nothing is missed.
                self.ok('System.out.println("all of it");')
                seen = b""
                while b"all of it" not in seen:
                    self.assertTrue(subscriber.poll(60_000))
                    seen = b"".join(subscriber.recv_multipart())

    def test_messages_of_any_size_come_through(self):
        for size in (0, 1, 200, 255, 256, 257, 65_535, 65_536, 65_537, 3_000_000):
            with self.subTest(size=size):
                code = f'"{"x" * size}".length()' if size < 60_000 else f'/* {"x" * size} */ {size}'
                self.assertEqual(str(size), self.ok(code).value)
                self.assertEqual(size, len(self.ok(f'System.out.print("y".repeat({size}));').stdout))

    def test_a_subscriber_that_reads_nothing_holds_up_no_other(self):
        deaf = self.client(zmq.SUB, "iopub", rcvhwm=1)
        deaf.subscribe(b"")
        end = time.monotonic() + 60
        while not deaf.poll(200):
            self.assertLess(time.monotonic(), end)
            self.ok("1")
        for _ in range(3):
            result = self.ok('for (int i = 0; i < 400; i++) System.out.print("z".repeat(65_536));')
            self.assertEqual(400 * 65_536, len(result.stdout))


class Options(unittest.TestCase):
    """What the virtual machine was started with reaches the compiler of cells."""

    def values(self, options, cells, env=None):
        kernel = Kernel(options, env=env)
        try:
            results = [kernel.run(code) for code in cells]
            for result in results:
                self.assertEqual("ok", result.status, result)
            return [result.value for result in results]
        finally:
            kernel.close()

    def test_modules_and_exports(self):
        options = ["--add-modules=jdk.incubator.vector", "--add-exports", "java.base/sun.security.x509=ALL-UNNAMED"]
        cells = [
            "import jdk.incubator.vector.*;\n"
            "FloatVector.broadcast(FloatVector.SPECIES_128, 2).reduceLanes(VectorOperators.ADD)",
            "sun.security.x509.X500Name.class.getSimpleName()",
            'void f(int own) { }\nclass P { void g(int mine) { } }\nP.class.getDeclaredMethods()[0].getParameters()[0].getName()',
        ]
        self.assertEqual(["8.0", "X500Name", "mine"], self.values(options, cells))

    def test_preview_features(self):
        # Preview in 17, final in 21, where it may be used anyway.
        cell = 'Object o = 5;\nString s = switch (o) { case Integer i -> "int " + i; default -> "other"; };\ns'
        self.assertEqual(["int 5"], self.values(["--enable-preview"], [cell]))

    def test_the_users_own_options(self):
        warn = "--add-exports java.base/sun.security.x509=ALL-UNNAMED"
        cell = "sun.security.x509.X500Name x = null;\nx == null"
        self.assertEqual(["true"], self.values([], [cell], env={"LVM_COMPILER_OPTIONS": warn}))


class OtherTransports(unittest.TestCase):
    def test_ipc(self):
        kernel = Kernel(transport="ipc")
        try:
            result = kernel.run("for (int i = 0; i < 100_000; i++) System.out.println(i);")
            self.assertEqual("".join(f"{i}\n" for i in range(100_000)), result.stdout)
        finally:
            kernel.close()
