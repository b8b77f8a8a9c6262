package lvm.random;

/**
 * Seeds for the parts of a program from one seed, so that a part which draws more does not change what the others draw.
 * The mixing function is that of SplitMix64: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators
 * (2014), section 4 with the constants of variant 13.
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
        long mixed = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < purpose.length(); i++) {
            mixed = mix((mixed ^ purpose.charAt(i)) + GOLDEN_GAMMA);
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
        return mix(mix(seed + GOLDEN_GAMMA) + (2 * number + 1) * GOLDEN_GAMMA);
    }

    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
        return y ^ (y >>> 31);
    }
}
