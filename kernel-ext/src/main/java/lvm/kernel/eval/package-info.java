/**
 * Java in cells, by JShell in the kernel's own process.
 *
 * <ul>
 *   <li>{@link lvm.kernel.eval.Evaluator} is what the kernel needs of a language; {@link lvm.kernel.eval.JavaEvaluator}
 *       implements it. Its {@code DEFAULT_IMPORTS} are what cells know without an import; {@code DefaultImports} imports
 *       them when they are named. {@code ClassFiles} finds the class path for the compiler.
 *   <li>{@code Splitter} cuts a cell into snippets; {@code Statements} and {@code Declarations} say which are compiled together,
 *       {@code CompilerRound} compiles declarations so. {@code CellControl} loads and runs them for JShell: {@code SnippetLoader}
 *       loads their classes, {@code Instrumenter} changes these so that variables survive a new version
 *       ({@link lvm.kernel.eval.CellLinks}) and loops can be stopped ({@link lvm.kernel.eval.CellGuard}).
 *   <li>{@code CellRunner} is the thread of cells and stops them; {@link lvm.kernel.eval.MemoryReserve} keeps the kernel
 *       alive when a cell fills the memory.
 *   <li>{@code Reports} writes errors, {@code CellTexts} knows their lines; {@link lvm.kernel.eval.CellException} carries
 *       them.
 *   <li>{@code Completions} and {@code Inspections} answer the editor; {@code DocText} reads Javadoc, {@code JavaText}
 *       finds comments and literals.
 * </ul>
 */
package lvm.kernel.eval;
