/**
 * Measured numbers that are kept.
 *
 * <pre>{@code
 * List<Result> found = Results.load("table1");      // the record of an experiment
 * References.load("table1");                        // published numbers to hold it against
 * }</pre>
 *
 * A {@link lvm.results.Result} is one number with what it is of, its error, seed, machine and duration; its
 * {@link lvm.results.Protocol} says how it came about, and only numbers of the same protocol are compared.
 * {@link lvm.results.Results} finds the records of the project, {@link lvm.results.References} the published numbers, each
 * with its source.
 */
package lvm.results;
