package lvm.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel's jar says of itself: version, contents, licences; and that nothing in the jars tells when they were built. */
class JarIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final String LICENCES = "META-INF/licenses/";
    private static final Pattern TEXT = Pattern.compile("(META-INF/)?(LICENSE|NOTICE)[^/]*");

    private static JarFile jar;

    /** A library in the jar. */
    private record Library(String group, String artifact, String classifier, String version) {
        String name() {
            return group + ":" + artifact;
        }

        String file() {
            return artifact + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
        }
    }

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(TARGET.resolve("lvm-kernel.jar").toFile());
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    private static byte[] bytes(JarFile jar, String entry) throws IOException {
        ZipEntry found = jar.getEntry(entry);
        assertNotNull(found, entry + " is not in " + jar.getName());
        return jar.getInputStream(found).readAllBytes();
    }

    private static String text(String entry) throws IOException {
        return new String(bytes(jar, entry), StandardCharsets.UTF_8);
    }

    private static List<Library> libraries() throws IOException {
        List<Library> found = new ArrayList<>();
        Matcher line = Pattern.compile("(?m)^\\s+([^:\\s]+):([^:\\s]+):jar:(?:([^:\\s]+):)?([^:\\s]+)(?: |$)")
                .matcher(text("META-INF/lvm-libraries"));
        while (line.find()) {
            if (!line.group(1).equals("lvm")) {
                String classifier = line.group(3) == null ? "" : line.group(3);
                found.add(new Library(line.group(1), line.group(2), classifier, line.group(4)));
            }
        }
        assertTrue(found.size() > 40, found.toString());
        return found;
    }

    /** The rows of the tables of THIRD-PARTY.md: library to licence and texts. */
    private static Map<String, String[]> listed() throws IOException {
        Map<String, String[]> rows = new TreeMap<>();
        for (String line : text("META-INF/THIRD-PARTY.md").lines().toList()) {
            if (line.startsWith("| ") && !line.startsWith("| library ")) {
                String[] cells = line.substring(1).split("\\|");
                rows.put(cells[0].trim(), new String[] {cells[1].trim(), cells[2].trim()});
            }
        }
        return rows;
    }

    @Test
    void everyLibraryIsListedWithItsLicence() throws IOException {
        Set<String> inside = new TreeSet<>();
        Map<String, Library> byName = new TreeMap<>();
        for (Library library : libraries()) {
            inside.add(library.name());
            byName.putIfAbsent(library.name(), library);
        }
        Set<String> named = new TreeSet<>(listed().keySet());
        named.removeIf(name -> !name.contains(":"));
        assertEquals(inside, named);
        for (Map.Entry<String, String[]> row : listed().entrySet()) {
            String texts = row.getValue()[1];
            if (texts.equals("its own")) {
                String folder = byName.get(row.getKey()).file().replaceFirst("\\.jar$", "-jar/");
                assertTrue(
                        jar.stream()
                                .anyMatch(entry -> entry.getName().startsWith(LICENCES + folder)
                                        && entry.getName().contains("LICENSE")),
                        row.getKey());
            } else {
                for (String file : texts.split(", ")) {
                    assertTrue(bytes(jar, LICENCES + file).length > 1000, file);
                }
            }
        }
    }

    @Test
    void whatLibrariesSayOfLicencesTravels() throws IOException {
        Map<String, Path> classPath = new TreeMap<>();
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .forEach(path -> classPath.put(path.getFileName().toString(), path));
        int texts = 0;
        for (Library library : libraries()) {
            Path file = classPath.get(library.file());
            assertNotNull(file, library + " is not on the class path of the tests");
            try (JarFile source = new JarFile(file.toFile())) {
                for (ZipEntry entry : source.stream().toList()) {
                    if (TEXT.matcher(entry.getName()).matches()) {
                        String folder = library.file().replaceFirst("\\.jar$", "-jar/");
                        assertArrayEquals(
                                bytes(source, entry.getName()),
                                bytes(jar, LICENCES + folder + entry.getName()),
                                folder);
                        texts++;
                    }
                }
            }
        }
        assertTrue(texts >= 20, texts + " texts");
        // And no text of one library stands where it would be taken for that of the whole jar.
        assertArrayEquals(Files.readAllBytes(Path.of("..", "LICENSE")), bytes(jar, "META-INF/LICENSE"));
        assertTrue(text("META-INF/NOTICE").startsWith("Latent variable models"));
        for (String stray : List.of("LICENSE", "NOTICE", "META-INF/LICENSE.txt", "META-INF/NOTICE.txt")) {
            assertEquals(null, jar.getEntry(stray));
        }
    }

    @Test
    void theBillOfMaterialsIsWhatIsInside() throws IOException {
        assumeFalse("offline: true".equals(System.getProperty("lvm.offline")), "an offline build makes none");
        JsonObject bill = JsonParser.parseString(text("META-INF/sbom/lvm-kernel.cdx.json"))
                .getAsJsonObject();
        Set<String> expected = new TreeSet<>();
        libraries().forEach(library -> expected.add(library.name() + ":" + library.version()));
        Set<String> found = new TreeSet<>();
        Map<String, String[]> listed = listed();
        for (JsonElement element : bill.getAsJsonArray("components")) {
            JsonObject component = element.getAsJsonObject();
            String group = component.get("group").getAsString();
            if (group.equals("lvm")) {
                continue;
            }
            String name = group + ":" + component.get("name").getAsString();
            found.add(name + ":" + component.get("version").getAsString());
            String family = listed.get(name)[0].split("[-/ ]")[0].toLowerCase(Locale.ROOT);
            String said = component.get("licenses").toString().toLowerCase(Locale.ROOT);
            assertTrue(said.contains(family), name + ": " + family + " in THIRD-PARTY.md, " + said + " in its POM");
        }
        assertEquals(expected, found);
        JsonObject self = bill.getAsJsonObject("metadata").getAsJsonObject("component");
        assertEquals(version(), self.get("version").getAsString());
        assertFalse(bill.has("serialNumber"), "it would be another one in each build");
    }

    /** The version of the POM in the jar. */
    private static String version() throws IOException {
        Matcher version =
                Pattern.compile("(?m)^version=(\\S+)").matcher(text("META-INF/maven/lvm/lvm-kernel/pom.properties"));
        assertTrue(version.find());
        return version.group(1);
    }

    @Test
    void theManifestNamesTheVersion() throws IOException {
        assertEquals(version(), jar.getManifest().getMainAttributes().getValue("Implementation-Version"));
        assertFalse(version().contains("SNAPSHOT"), version());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lvm-kernel.jar", "lvm-extension.jar", "lvm-kernel-%s.jar", "../../lvm-lib/target/lvm-lib-%s.jar"
            })
    void nothingTellsWhenItWasBuilt(String name) throws IOException {
        Matcher time = Pattern.compile("<project\\.build\\.outputTimestamp>([^<]+)<")
                .matcher(Files.readString(Path.of("..", "pom.xml")));
        assertTrue(time.find());
        LocalDateTime release = OffsetDateTime.parse(time.group(1))
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toLocalDateTime();
        Pattern ours = Pattern.compile(
                "lvm/(?!shaded/).*|META-INF/(MANIFEST\\.MF|lvm.*|sbom/.*|licenses/.*|services/.*|maven/lvm/.*)");
        int entries = 0;
        try (JarFile built =
                new JarFile(TARGET.resolve(String.format(name, version())).toFile())) {
            for (ZipEntry entry : built.stream().toList()) {
                if (ours.matcher(entry.getName()).matches()) {
                    entries++;
                    assertFalse(
                            entry.getTimeLocal().isAfter(release), entry.getName() + " is of " + entry.getTimeLocal());
                }
            }
        }
        assertTrue(entries > 100, entries + " entries");
    }
}
