/**
 * Random numbers for whole arrays and matrices, and seeds. No generator is kept here: each is passed by the caller.
 *
 * <ul>
 *   <li>{@link lvm.random.Fill}: uniform, normal and Bernoulli numbers into arrays and matrices, permutations and shuffles.
 *   <li>{@link lvm.random.Seeds}: a seed for each part of a program from one seed; single numbers of the sequence of SplitMix64.
 * </ul>
 *
 * <p>For instance {@code Fill.normal(z, new SplittableRandom(Seeds.split(seed, "start")))}: another part of the program, with
 * another name, may draw more or less, and z stays what it is.
 */
package lvm.random;
