package lvm.reproduce;

import java.nio.file.Path;
import java.util.List;
import lvm.evaluation.Result;

/** A long run whose numbers are kept: {@code ./lvm reproduce NAME}. */
interface Experiment {

    /** The word after {@code ./lvm reproduce}: small letters, digits and hyphens. */
    String name();

    /** What is measured, in one line, with the time that it takes. */
    String about();

    /**
     * Trains and evaluates. A fit keeps its checkpoints in {@link Run#checkpoints} and goes on from those that are there;
     * after an interrupt of the thread the results are not looked at.
     */
    List<Result> run(Run run);

    /**
     * How an experiment is to run.
     *
     * @param seed the seed of everything random
     * @param small whether a version of seconds is wanted, that shows that it runs
     * @param checkpoints a directory for this run alone, which goes when it is finished
     * @param shared a directory for what several experiments with this seed and size begin with; it stays
     */
    record Run(long seed, boolean small, Path checkpoints, Path shared) {
        /** A number that depends on the size. */
        int pick(int ifSmall, int ifFull) {
            return small ? ifSmall : ifFull;
        }
    }
}
