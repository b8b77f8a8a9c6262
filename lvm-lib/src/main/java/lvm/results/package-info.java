/**
 * Measured numbers that are kept.
 *
 * <pre>{@code
 * List<Result> found = Results.load("table1");      // the record of an experiment
 * References.load("table1");                        // published numbers to hold it against
 * Results.load("vae-static").model(Vae.class);      // the trained model behind a record, if it was kept
 * }</pre>
 *
 * A {@link lvm.results.Result} is one number with what it is of, its error, seed, machine and duration; its
 * {@link lvm.results.Protocol} says how it came about, and only numbers of the same protocol are compared.
 * {@link lvm.results.Results} finds the records of the project, {@link lvm.results.References} the published numbers, each
 * with its source. {@link lvm.results.Weights} is the model behind a result, in a file beside the record.
 */
package lvm.results;
