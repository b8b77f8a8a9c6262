package lvm.kernel.magic;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lvm.kernel.eval.JavaEvaluator.Variable;

/**
 * {@code %vars} and {@code %who}: what variables there are.
 *
 * @param variables the variables of the cells
 */
record VarsMagic(Supplier<List<Variable>> variables) implements Magic {
    private static final int WIDEST = 40;

    @Override
    public List<String> forms() {
        return List.of(
                "%vars    lists the variables with their types and values", "%who    lists the names of the variables");
    }

    @Override
    public Object run(Use use) throws MagicException {
        if (!use.argument().isEmpty()) {
            throw use.lacks("it takes no arguments");
        }
        List<Variable> all = variables.get();
        if (all.isEmpty()) {
            System.out.println("there are no variables");
        } else if (use.name().equals("%who")) {
            System.out.println(all.stream().map(Variable::name).collect(Collectors.joining("  ")));
        } else {
            int names = width(all.stream().map(Variable::name).toList());
            int types = width(all.stream().map(Variable::type).toList());
            for (Variable each : all) {
                System.out.println(pad(each.name(), names) + "  " + pad(each.type(), types) + "  " + each.value());
            }
        }
        return null;
    }

    private static int width(List<String> texts) {
        return Math.min(WIDEST, texts.stream().mapToInt(String::length).max().orElse(0));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
