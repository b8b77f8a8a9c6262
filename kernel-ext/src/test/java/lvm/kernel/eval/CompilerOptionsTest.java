package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompilerOptionsTest {

    @Test
    void whatTheMachineWasStartedWithReachesTheCompiler() {
        assertEquals(List.of("-parameters", "-Xlint:none"), CompilerOptions.of(List.of("-Xmx1g", "-Da=b"), "", 17));
        assertEquals(
                List.of(
                        "-parameters",
                        "-Xlint:none",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--add-exports",
                        "java.base/sun.nio.ch=ALL-UNNAMED",
                        "--module-path",
                        "mods",
                        "--enable-preview",
                        "--source",
                        "25"),
                CompilerOptions.of(
                        List.of(
                                "--add-modules=jdk.incubator.vector",
                                "--enable-preview",
                                "--add-exports",
                                "java.base/sun.nio.ch=ALL-UNNAMED",
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--module-path=mods"),
                        "",
                        25));
        assertEquals(
                List.of("-parameters", "-Xlint:none", "-g", "--release", "17", "--enable-preview"),
                CompilerOptions.of(List.of(), " -g  --release 17 --enable-preview", 17));
    }
}
