package lvm.kernel;

import lvm.kernel.install.InstallCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The kernel jar on the command line. */
@Command(
        name = "lvm-kernel",
        description = "The Java kernel for Jupyter.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = InstallCommand.class)
public final class Main {
    private Main() {}

    /**
     * Runs a command.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
