/**
 * Magics: commands in cells that are not Java, such as {@code %maven group:artifact:version}. A line that begins with a
 * percent sign where a statement could begin is one; with two percent signs it takes the rest of the cell.
 *
 * <ul>
 *   <li>{@link lvm.kernel.magic.MagicEvaluator} is the way in: {@code CellSegments} cuts the cell, Java goes on to
 *       {@link lvm.kernel.eval.JavaEvaluator}.
 *   <li>{@code Magics} finds a magic by its name, and names that are close to a wrong one. A new magic is a class that
 *       implements {@code Magic} and a line in the constructor of {@code MagicEvaluator}.
 *   <li>{@code MavenMagic}, {@code PomMagic}, {@code ClassPathMagic} add to the {@code ClassPath}, the first two by
 *       {@code MavenPath}, which calls the installed Maven; {@code LoadMagic}, {@code TimeMagic}, {@code ListMagic}.
 *   <li>{@link lvm.kernel.magic.ExtraMagics} are those of extensions.
 * </ul>
 */
package lvm.kernel.magic;
