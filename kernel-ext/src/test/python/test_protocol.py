"""jupyter_kernel_test with every sample filled in, and the parts of the protocol that it leaves out."""

import hashlib
import hmac
import json
import queue
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
        {"text": "java.util.conc", "matches": {"concurrent"}},
    ]
    complete_code_samples = ["1 + 1", "int x = 1;", "class A {\n  int b;\n}", "// a remark"]
    incomplete_code_samples = ["class A {", "int f(int a) {", "for (int i = 0; i < 3; i++) {", "1 +"]
    invalid_code_samples = ["int = 3;", "class 1 {}"]
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
    code_inspect_sample = "Math.abs"
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


