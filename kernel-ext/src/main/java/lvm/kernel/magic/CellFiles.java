package lvm.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Files that magics name. */
final class CellFiles {
    private CellFiles() {}

    /** A file or folder that exists; {@code ~/} stands for the user's home. */
    static Path existing(String magic, String name) throws MagicException {
        try {
            Path path = Path.of(name.startsWith("~/") ? System.getProperty("user.home") + name.substring(1) : name);
            if (Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // No file can have such a name; said below.
        }
        throw new MagicException(
                magic + ": there is no " + name + " in " + Path.of("").toAbsolutePath());
    }

    static String read(Path file) throws MagicException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new MagicException("cannot read " + file + ": " + e.getMessage());
        }
    }
}
