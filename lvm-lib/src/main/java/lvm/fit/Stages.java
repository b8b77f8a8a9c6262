package lvm.fit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The stages of a fit, one after the other: the layers of a deep network, pretraining and fine tuning.
 *
 * <pre>{@code
 * Stages.of("pretraining", () -> pretraining(net, data)).then("fine tuning", () -> fineTuning(net, data))
 * }</pre>
 *
 * <p>Each has a history, a directory of checkpoints and a progress of its own. The learner of a stage is made when the stages
 * before it are done: its data may be what they make of the rows. In a fit that is resumed the stages that were done are not
 * learnt again, their parameters are read.
 */
public final class Stages {
    private static final Pattern NAME = Pattern.compile("[\\p{Alnum}_-]+( [\\p{Alnum}_-]+)*");

    final Map<String, Supplier<Learner>> learners = new LinkedHashMap<>();

    private Stages() {}

    /**
     * A first stage.
     *
     * @param name its name in history, progress and checkpoints: letters, digits, -, _ and single spaces
     * @param learner makes its learner when the stage begins
     * @return the stages, for now one
     * @throws IllegalArgumentException if the name has other characters
     */
    public static Stages of(String name, Supplier<Learner> learner) {
        return new Stages().then(name, learner);
    }

    /**
     * Adds a stage.
     *
     * @param name its name in history, progress and checkpoints: letters, digits, -, _ and single spaces
     * @param learner makes its learner when the stage begins
     * @return this
     * @throws IllegalArgumentException if the name has other characters or is that of another stage
     */
    public Stages then(String name, Supplier<Learner> learner) {
        Objects.requireNonNull(learner, "Stages: learner");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "Stages: a stage is named \"" + name + "\", expected letters, digits, -, _ and single spaces");
        }
        if (learners.putIfAbsent(name, learner) != null) {
            throw new IllegalArgumentException("Stages: two stages are named \"" + name + "\"");
        }
        return this;
    }
}
