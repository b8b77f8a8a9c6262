package lvm.kernel.magic;

import java.util.List;
import java.util.regex.Pattern;

/** {@code %maven}: adds artifacts by their coordinates. */
record MavenMagic(MavenPath maven, ClassPath classPath) implements Magic {
    private static final Pattern ARTIFACT = Pattern.compile("[\\w.-]+(:[\\w.-]+){2,4}");

    @Override
    public List<String> forms() {
        return List.of("%maven group:artifact:version …    adds artifacts and all that they need");
    }

    @Override
    public Object run(Use use) throws MagicException {
        List<String> artifacts = use.words();
        if (artifacts.isEmpty()) {
            throw use.lacks("artifacts are missing");
        }
        StringBuilder dependencies = new StringBuilder("<dependencies>");
        for (String artifact : artifacts) {
            dependencies.append(dependency(artifact));
        }
        String pom = PomMagic.whole(dependencies.append("</dependencies>").toString());
        classPath.add(maven.resolve(pom, String.join(" ", artifacts)));
        return null;
    }

    private static String dependency(String artifact) throws MagicException {
        if (!ARTIFACT.matcher(artifact).matches()) {
            throw new MagicException("%maven: " + artifact + " is not of the form group:artifact:version"
                    + " (or group:artifact:type:version, group:artifact:type:classifier:version)");
        }
        String[] part = artifact.split(":");
        return "<dependency>"
                + element("groupId", part[0])
                + element("artifactId", part[1])
                + element("version", part[part.length - 1])
                + (part.length > 3 ? element("type", part[2]) : "")
                + (part.length > 4 ? element("classifier", part[3]) : "")
                + "</dependency>";
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + text + "</" + name + ">";
    }
}
