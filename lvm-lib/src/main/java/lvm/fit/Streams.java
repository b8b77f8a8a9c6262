package lvm.fit;

import java.util.SplittableRandom;
import lvm.random.Fill;
import lvm.random.Seeds;

/**
 * The randomness of a fit: the order of the rows is a function of the seed and the epoch, the generator of a step one of the
 * seed and the step, so that a run that goes on needs no state of a generator.
 */
final class Streams {
    private static final int ORDER = 1;
    private static final int STEP = 2;
    private static final int VALIDATION = 3;
    private static final int WITHIN = 4;

    private final long seed;

    Streams(long seed) {
        this.seed = seed;
    }

    SplittableRandom step(long step) {
        return random(STEP, step);
    }

    /** That of the validation batch from a row on. */
    SplittableRandom validation(long from) {
        return random(VALIDATION, from);
    }

    /** Puts the numbers from 0 on into the order of an epoch. */
    void shuffle(int[] order, long epoch) {
        Fill.permutation(order, random(ORDER, epoch));
    }

    /** That of the order within some blocks of an epoch. */
    SplittableRandom within(long epoch, int blocks) {
        return new SplittableRandom(Seeds.mix(random(WITHIN, epoch).nextLong() + blocks));
    }

    private SplittableRandom random(int stream, long index) {
        return new SplittableRandom(Seeds.mix(Seeds.mix(Seeds.mix(seed) + stream) + index));
    }
}
