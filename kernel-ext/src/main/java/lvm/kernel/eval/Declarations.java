package lvm.kernel.eval;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.kernel.eval.Splitter.Part;

/**
 * Declarations of variables that follow each other and can be compiled in one round ({@link CompilerRound}). They are read off
 * the text: a type, a name, and perhaps a value that calls nothing, such as a number, a text or a formula of both. Each must
 * mean the same as by itself: its name is new, and none that stands before it names it.
 */
final class Declarations {
    /** Each sees the others by an import, so the work in a round grows with the square of their number. */
    private static final int MOST = 12;

    /** What is longer goes alone: it may meet a limit of class files, and that error would not say whose it is in a round. */
    private static final int LONGEST = 1000;

    private static final String NAME = "[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}]*";
    private static final Pattern DECLARATION = Pattern.compile("^(?:final\\s+)?(" + NAME + "(?:\\s*\\.\\s*" + NAME
            + ")*)(?:\\s*\\[\\s*\\])*\\s+(" + NAME + ")\\s*(?:(?<!=)=(?!=)([^(){}\\[\\];,@]*))?;$");
    private static final Pattern WORD = Pattern.compile(NAME);
    /** What has an effect beside its value, or is none of the operators of numbers and texts. */
    private static final Pattern OTHER = Pattern.compile("\\+\\+|--|->|::|(?<![=!<>])=(?!=)|<<=|>>=");

    /** What looks like a type, and words that no plain value has. */
    private static final Set<String> OTHERS = Set.of(
            "assert",
            "break",
            "case",
            "continue",
            "default",
            "do",
            "else",
            "final",
            "goto",
            "import",
            "instanceof",
            "new",
            "package",
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "yield");

    private Declarations() {}

    /**
     * The end of the declarations that can be compiled in one round.
     *
     * @param parts the parts of a cell
     * @param from the first declaration
     * @param isNew whether no variable has this name yet
     * @return the index after the last one; from + 1 or from if there is nothing to take together
     */
    static int end(List<Part> parts, int from, Predicate<String> isNew) {
        Set<String> names = new HashSet<>();
        Set<String> words = new HashSet<>();
        int end = from;
        while (end < parts.size() && end - from < MOST) {
            if (parts.get(end).source().length() > LONGEST) {
                break;
            }
            String text = JavaText.mask(parts.get(end).source()).strip();
            Matcher found = DECLARATION.matcher(text.endsWith(";") ? text : text + ";");
            if (!found.find()) {
                break;
            }
            String name = found.group(2);
            String value = found.group(3) == null ? "" : found.group(3);
            Set<String> used = words(value);
            // The compiler finds the type of a value before the round.
            boolean early = found.group(1).equals("var") && used.stream().anyMatch(names::contains);
            used.addAll(words(found.group(1)));
            if (early
                    || used.contains(name)
                    || used.stream().anyMatch(OTHERS::contains)
                    || OTHERS.contains(name)
                    || OTHER.matcher(value).find()
                    || words.contains(name)
                    || !names.add(name)
                    || !isNew.test(name)) {
                break;
            }
            words.addAll(used);
            end++;
        }
        return end;
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }
}
