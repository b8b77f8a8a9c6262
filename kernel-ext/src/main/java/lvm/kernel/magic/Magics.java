package lvm.kernel.magic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lvm.kernel.eval.CellException;
import lvm.kernel.magic.CellSegments.Segment;
import lvm.kernel.magic.Magic.Use;

/** The magics that there are, by name: those of the kernel and those that come from elsewhere. */
final class Magics {

    /** Names that users of other Java kernels know. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "addMavenDependency", "maven",
            "addMavenDependencies", "maven",
            "addMaven", "maven",
            "jars", "classpath",
            "addClasspath", "classpath",
            "magics", "lsmagic",
            "whos", "vars",
            "loadJar", "classpath");

    private record Entry(String form, Magic magic) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final ExtraMagics extra;

    /** The magics of the kernel and further ones. */
    Magics(ExtraMagics extra) {
        this.extra = extra;
    }

    void add(Magic magic) {
        magic.forms().forEach(form -> entries.put(name(form), new Entry(form, magic)));
    }

    /** The name at the beginning of a form. */
    static String name(String form) {
        return form.split(" ", 2)[0];
    }

    /** The names of the kernel's magics, with percent signs. */
    Set<String> names() {
        return entries.keySet();
    }

    /** The forms of the kernel's magics. */
    Collection<String> forms() {
        return entries.values().stream().map(Entry::form).toList();
    }

    ExtraMagics extra() {
        return extra;
    }

    /** The form of the kernel's magic that has exactly this name, or null. */
    String form(Segment segment) {
        Entry entry = entries.get(segment.shownName());
        return entry == null ? null : entry.form();
    }

    /** The forms of the magic of this name, with or without percent signs of the right number, or null. */
    String help(String name) {
        String bare = name.replace("%", "");
        String known = OTHER_NAMES.getOrDefault(bare, bare);
        String forms = entries.entrySet().stream()
                .filter(each -> each.getKey().replace("%", "").equals(known))
                .map(each -> each.getValue().form())
                .collect(Collectors.joining("\n"));
        return name.startsWith("%") && !forms.isEmpty() ? forms : null;
    }

    /** Whether Java follows the name of the magic. */
    boolean takesJava(Segment segment) {
        Entry entry = entries.get(segment.shownName());
        return entry != null && entry.magic().takesJava();
    }

    /**
     * Runs the magic of a segment.
     *
     * @throws MagicException if there is none of this name, or it cannot do what it was asked for
     * @throws CellException if Java that it has run fails
     * @throws Exception what a magic from elsewhere throws
     */
    Object run(Segment segment, int cell) throws Exception {
        String name = OTHER_NAMES.getOrDefault(segment.magic(), segment.magic());
        Entry entry = entries.get((segment.ofCell() ? "%%" : "%") + name);
        if (entry != null) {
            return entry.magic().run(new Use(entry.form(), segment, cell));
        }
        if (segment.ofCell() && extra.cellMagics().contains(name)) {
            return extra.cell(name, segment.words(), segment.text().strip());
        }
        if (!segment.ofCell() && extra.lineMagics().contains(name)) {
            return extra.line(name, segment.words());
        }
        String shown = segment.shownName();
        throw new MagicException("there is no magic " + shown + suggestion(shown) + "; %lsmagic lists them all");
    }

    private String suggestion(String wrong) {
        List<String> names = new ArrayList<>(names());
        OTHER_NAMES.keySet().forEach(name -> names.add("%" + name));
        extra.lineMagics().forEach(name -> names.add("%" + name));
        extra.cellMagics().forEach(name -> names.add("%%" + name));
        String best = null;
        int least = 4;
        for (String name : names) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best == null ? "" : " (did you mean " + best + "?)";
    }

    /** The edit distance: how many letters to change, insert or leave out. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
