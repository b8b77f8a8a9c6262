package lvm.random;

/**
 * Seeds for the parts of a program from one seed, so that a part which draws more does not change what the others draw.
 * All are numbers of SplitMix64: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators (2014),
 * section 4 with the constants of variant 13.
 */
public final class Seeds {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private Seeds() {}

    /**
     * The seed of a named part.
     *
     * @param seed the seed of the whole
     * @param purpose the name of the part, for instance "shuffle"
     * @return a seed that depends on both and on nothing else
     * @throws NullPointerException if purpose is null
     */
    public static long split(long seed, String purpose) {
        long mixed = mix(seed);
        for (int i = 0; i < purpose.length(); i++) {
            mixed = mix(mixed ^ purpose.charAt(i));
        }
        return mixed;
    }

    /**
     * The seed of a numbered part, for instance of an epoch.
     *
     * @param seed the seed of the whole
     * @param number the number of the part
     * @return a seed that depends on both and on nothing else
     */
    public static long split(long seed, long number) {
        return number(mix(seed), 2 * number);
    }

    /**
     * A bijection of the 64-bit numbers that scatters near ones: the first number of SplitMix64 from a state.
     *
     * @param z any number
     * @return {@code new SplittableRandom(z).nextLong()}
     */
    public static long mix(long z) {
        return number(z, 0);
    }

    /**
     * The number at a place of the sequence of SplitMix64, without those before it.
     *
     * @param state where the sequence begins
     * @param place the place, from 0
     * @return what {@code nextLong} of a {@code new SplittableRandom(state)} gives after as many calls
     */
    public static long number(long state, long place) {
        long z = state + (place + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
