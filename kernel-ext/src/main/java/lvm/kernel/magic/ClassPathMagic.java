package lvm.kernel.magic;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code %classpath}: adds jars and folders of classes. */
record ClassPathMagic(ClassPath classPath) implements Magic {

    @Override
    public List<String> forms() {
        return List.of("%classpath path …    adds jars (* and ** stand for any names) or folders of classes");
    }

    @Override
    public Object run(Use use) throws MagicException {
        List<String> words = use.words();
        if (words.isEmpty()) {
            throw use.lacks("paths are missing");
        }
        List<Path> entries = new ArrayList<>();
        for (String word : words) {
            if (word.contains("*") || word.contains("?")) {
                entries.addAll(matching(word));
            } else {
                entries.add(CellFiles.existing(use.name(), word));
            }
        }
        classPath.add(entries);
        return null;
    }

    private static List<Path> matching(String glob) throws MagicException {
        String pattern = glob.replace('\\', '/');
        String fixed = pattern.substring(0, pattern.split("[*?]", 2)[0].lastIndexOf('/') + 1);
        Path root = Path.of(fixed.isEmpty() ? "." : fixed);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(fixed.length()));
        try (Stream<Path> files = Files.walk(root, pattern.contains("**") ? Integer.MAX_VALUE : 1)) {
            List<Path> found = files.filter(file -> !file.equals(root))
                    .filter(file -> matcher.matches(root.relativize(file)))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new MagicException("%classpath: nothing matches " + glob + " in "
                        + root.toAbsolutePath().normalize());
            }
            return found;
        } catch (IOException e) {
            throw new MagicException(
                    "%classpath: cannot read " + root.toAbsolutePath().normalize());
        }
    }
}
