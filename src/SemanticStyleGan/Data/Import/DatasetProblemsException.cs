namespace SemanticStyleGan.Data.Import;

/// <summary>A data set was not written because some of its samples can't be used; <see cref="Problems"/> names all of them.</summary>
public sealed class DatasetProblemsException : InputException
{
    /// <summary>An error with one line for each problem.</summary>
    public DatasetProblemsException(string message, IReadOnlyList<string> problems) : base(message) => Problems = problems;

    /// <summary>One line for each file or sample: which, and what is wrong with it.</summary>
    public IReadOnlyList<string> Problems { get; }
}
