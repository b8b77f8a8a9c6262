package lvm.kernel.magic;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code %loadFromPOM}: adds the dependencies of a project description, in a file or below in the cell. */
record PomMagic(MavenPath maven, ClassPath classPath) implements Magic {

    @Override
    public List<String> forms() {
        return List.of(
                "%%loadFromPOM    adds the dependencies of the POM, or part of one, that follows",
                "%loadFromPOM pom.xml    adds the dependencies of a POM");
    }

    @Override
    public Object run(Use use) throws MagicException {
        if (!use.ofCell()) {
            Path pom = CellFiles.existing(use.name(), use.onlyWord("a POM file"));
            classPath.add(maven.resolve(whole(CellFiles.read(pom)), pom.toString()));
        } else if (use.segment().text().isBlank()) {
            throw use.lacks("the POM is missing below it");
        } else {
            classPath.add(maven.resolve(whole(use.segment().text().strip()), use.name()));
        }
        return null;
    }

    /** A POM out of part of one. */
    static String whole(String part) {
        if (Pattern.compile("<project[\\s>]").matcher(part).find()) {
            return part;
        }
        boolean bare = !part.contains("<dependencies>");
        Matcher repositories = Pattern.compile("<repositories>.*?</repositories>", Pattern.DOTALL)
                .matcher(part);
        String places = repositories.find() ? repositories.group() : "";
        String rest = part.replace(places, "");
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                + "<groupId>cell</groupId><artifactId>cell</artifactId><version>1</version><packaging>pom</packaging>"
                + places
                + (bare ? "<dependencies>" + rest + "</dependencies>" : rest)
                + "</project>";
    }
}
