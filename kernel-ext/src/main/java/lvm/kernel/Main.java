package lvm.kernel;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.JavaEvaluator;
import lvm.kernel.install.ClassArchive;
import lvm.kernel.install.InstallCommand;
import lvm.kernel.magic.MagicEvaluator;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.ConnectionFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The kernel jar on the command line. */
@Command(
        name = "lvm-kernel",
        description = "The Java kernel for Jupyter.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Main.Start.class, InstallCommand.class})
public final class Main {
    private Main() {}

    /**
     * Runs a command.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        // What Jupyter calls needs no parser of options, which would take a tenth of a second.
        if (args.length == 2 && args[0].equals("kernel") && !args[1].startsWith("-")) {
            System.exit(start(Path.of(args[1])));
        }
        if (args.length == 1 && args[0].equals(ClassArchive.REHEARSE)) {
            System.exit(run(Kernel::rehearse, Rehearsal::addresses));
        }
        System.exit(new CommandLine(new Main()).execute(args));
    }

    private static int start(Path file) {
        return run(Kernel::run, () -> ConnectionFile.read(file));
    }

    private static int run(Consumer<Kernel> how, Where where) {
        Optional<String> problem = Jdk.problem();
        if (problem.isPresent()) {
            System.err.println("lvm-kernel: " + problem.get());
            return CommandLine.ExitCode.SOFTWARE;
        }
        try {
            how.accept(new Kernel(
                    where.get(), () -> new MagicEvaluator(new JavaEvaluator(), new ExtensionMagics(), Main::page)));
            return CommandLine.ExitCode.OK;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(
                    "lvm-kernel: " + (e instanceof NoSuchFileException ? "cannot read " : "") + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Where to meet the front end. */
    @FunctionalInterface
    private interface Where {
        ConnectionFile get() throws IOException;
    }

    private static void page(Evaluator.Inspection found) {
        Notebook.page(new Bundle(Map.of(Renderers.TEXT, found.text(), Renderers.HTML, found.html()), Map.of()));
    }

    /** Starts the kernel. */
    @Command(name = "kernel", description = "Serves a front end, which writes the connection file and gives its name.")
    static final class Start implements Callable<Integer> {
        @Parameters(paramLabel = "CONNECTION_FILE", description = "The connection file of the front end.")
        private Path file;

        @Override
        public Integer call() {
            return start(file);
        }
    }
}
