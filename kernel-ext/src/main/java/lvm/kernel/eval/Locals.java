package lvm.kernel.eval;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ErroneousTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an unfinished snippet itself declares and can be used at its end: parameters, local variables, members. */
final class Locals {
    private static final String MARK = "$here$";
    private static final List<String> PLACES =
            List.of("class $Cell { void $cell() throws Throwable { ", "class $Cell { ");

    /**
     * A name that is in scope.
     *
     * @param name how it is offered: a method with a parenthesis, and with both if it takes nothing
     * @param type its type as it is written, or null where the compiler finds it
     * @param pattern whether a pattern binds it
     */
    record Local(String name, String type, boolean pattern) {}

    private Locals() {}

    /**
     * The names, nearest first.
     *
     * @param before the snippet without the name that is being typed
     */
    static Map<String, Local> at(String before) {
        // As a call it may be a statement and an expression.
        String closed = before + MARK + "()" + closing(JavaText.mask(before));
        TreePath best = null;
        int least = Integer.MAX_VALUE;
        for (String place : PLACES) {
            JavaSyntax.Parsed parsed = JavaSyntax.parse(place + closed + "\n} }");
            TreePath[] found = {null};
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitIdentifier(IdentifierTree identifier, Void nothing) {
                    if (identifier.getName().contentEquals(MARK)) {
                        found[0] = getCurrentPath();
                    }
                    return null;
                }

                @Override
                public Void visitErroneous(ErroneousTree erroneous, Void nothing) {
                    return scan(erroneous.getErrorTrees(), null);
                }
            }.scan(parsed.unit(), null);
            if (found[0] != null && parsed.errors().size() < least) {
                best = found[0];
                least = parsed.errors().size();
            }
        }
        return best == null ? Map.of() : collect(best);
    }

    /** What closes the brackets that are open. */
    private static String closing(String masked) {
        StringBuilder open = new StringBuilder();
        for (char c : masked.toCharArray()) {
            switch (c) {
                case '(' -> open.append(')');
                case '[' -> open.append(']');
                case '{' -> open.append("};"); // reversed below
                case ')', ']' -> open.setLength(Math.max(0, open.length() - 1));
                case '}' -> open.setLength(Math.max(0, open.length() - 2));
                default -> {}
            }
        }
        return open.reverse() + ";";
    }

    private static Map<String, Local> collect(TreePath path) {
        Map<String, Local> found = new LinkedHashMap<>();
        for (TreePath at = path; at.getParentPath() != null; at = at.getParentPath()) {
            Tree inner = at.getLeaf();
            Tree outer = at.getParentPath().getLeaf();
            if (outer instanceof BlockTree block) {
                statements(block.getStatements(), inner, found);
            } else if (outer instanceof CaseTree each && each.getStatements() != null) {
                statements(each.getStatements(), inner, found);
            } else if (outer instanceof MethodTree method) {
                method.getParameters().forEach(each -> add(each, found));
            } else if (outer instanceof LambdaExpressionTree lambda) {
                lambda.getParameters().forEach(each -> add(each, found));
            } else if (outer instanceof ForLoopTree loop) {
                loop.getInitializer().stream().takeWhile(each -> each != inner).forEach(each -> add(each, found));
            } else if (outer instanceof EnhancedForLoopTree loop && inner == loop.getStatement()) {
                add(loop.getVariable(), found);
            } else if (outer instanceof TryTree attempt && !attempt.getCatches().contains(inner)) {
                attempt.getResources().stream().takeWhile(each -> each != inner).forEach(each -> add(each, found));
            } else if (outer instanceof CatchTree handler) {
                add(handler.getParameter(), found);
            } else if (outer instanceof IfTree branch && inner == branch.getThenStatement()) {
                bindings(branch.getCondition(), found);
            } else if (outer instanceof WhileLoopTree loop && inner == loop.getStatement()) {
                bindings(loop.getCondition(), found);
            } else if (outer instanceof ConditionalExpressionTree choice && inner == choice.getTrueExpression()) {
                bindings(choice.getCondition(), found);
            } else if (outer instanceof BinaryTree both && inner == both.getRightOperand()) {
                bindings(both.getLeftOperand(), found);
            } else if (outer instanceof ClassTree type && !type.getSimpleName().contentEquals("$Cell")) {
                members(type, found);
            }
        }
        found.remove("<init>(");
        found.remove("<init>()");
        return found;
    }

    private static void statements(List<? extends Tree> statements, Tree inner, Map<String, Local> found) {
        List<Tree> before = new ArrayList<>();
        statements.stream().takeWhile(each -> each != inner).forEach(each -> before.add(0, each));
        before.forEach(each -> add(each, found));
    }

    private static void members(ClassTree type, Map<String, Local> found) {
        for (Tree member : type.getMembers()) {
            if (member instanceof MethodTree method) {
                String name = method.getName() + (method.getParameters().isEmpty() ? "()" : "(");
                found.putIfAbsent(name, new Local(name, null, false));
            } else {
                add(member, found);
            }
        }
    }

    private static void add(Tree tree, Map<String, Local> found) {
        if (tree instanceof VariableTree variable) {
            String type = variable.getType() == null ? null : variable.getType().toString();
            String name = variable.getName().toString();
            if (name.startsWith("<") || name.isEmpty() || name.contains(MARK)) {
                return; // made up by the parser where a name is missing
            }
            found.putIfAbsent(name, new Local(name, "var".equals(type) ? null : type, false));
        } else if (tree instanceof ClassTree type && !type.getSimpleName().isEmpty()) {
            String name = type.getSimpleName().toString();
            found.putIfAbsent(name, new Local(name, null, false));
        }
    }

    private static void bindings(Tree condition, Map<String, Local> found) {
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitBindingPattern(BindingPatternTree pattern, Void nothing) {
                VariableTree variable = pattern.getVariable();
                String name = variable.getName().toString();
                found.putIfAbsent(
                        name,
                        new Local(
                                name,
                                variable.getType() == null
                                        ? null
                                        : variable.getType().toString(),
                                true));
                return null;
            }
        }.scan(condition, null);
    }
}
