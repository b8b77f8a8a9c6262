package lvm.kernel.eval;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.VarSnippet;

/**
 * The variables of cells that were declared {@code final}. JShell takes the word away without saying so, since a variable can
 * be declared anew in a later cell; to declare it again is still allowed, to assign to it is not.
 */
final class FinalVariables {
    private static final Pattern FINAL = Pattern.compile("^\\s*(?:(?:@[\\w.]+(?:\\([^)]*\\))?|\\w+)\\s+)*?final\\s");
    private static final String ASSIGNMENT = "(?:=(?!=)|(?:[-+*/%&|^]|<<|>>>?)=|\\+\\+|--)";

    /** What can stand before a variable and is no type. */
    private static final Set<String> NO_TYPES =
            Set.of("return", "else", "do", "throw", "yield", "case", "assert", "try", "finally", "default");

    private final Set<String> names = new HashSet<>();

    /** A variable was declared by this text. */
    void declared(VarSnippet variable, String source) {
        if (FINAL.matcher(JavaText.mask(source)).find()) {
            names.add(variable.name());
        } else {
            names.remove(variable.name());
        }
    }

    private static boolean isInAnnotation(String text, int at) {
        return Pattern.compile("@[\\w.]+\\s*\\([^()]*$")
                .matcher(text.substring(0, at))
                .find();
    }

    /** Whether a field, a parameter or a local variable of the same name is declared: that is another one. */
    private static boolean isOther(String quoted, String text) {
        Matcher declared = Pattern.compile("((?<![\\w$])[\\w$]++|(?<!-)>|\\])\\s+" + quoted + "\\s*[=;,:)\\[]")
                .matcher(text);
        while (declared.find()) {
            if (!NO_TYPES.contains(declared.group(1))) {
                return true;
            }
        }
        return Pattern.compile(quoted + "\\s*(?:,[^()]*)?\\)?\\s*->")
                .matcher(text)
                .find();
    }

    /** The first assignment to a final variable in a part of a cell, if there is one. */
    Optional<Reports.Fault> assigned(Splitter.Part part) {
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String text = JavaText.mask(part.source());
        for (String name : names) {
            String quoted = "(?<![\\w$.])" + Pattern.quote(name) + "(?![\\w$])";
            Matcher found = Pattern.compile(quoted + "\\s*" + ASSIGNMENT + "|(?:\\+\\+|--)\\s*" + quoted)
                    .matcher(text);
            if (!isOther(quoted, text) && found.find() && !isInAnnotation(text, found.start())) {
                int at = part.start() + found.start();
                return Optional.of(new Reports.Fault(
                        at, part.start() + found.end(), "cannot assign a value to final variable " + name));
            }
        }
        return Optional.empty();
    }
}
