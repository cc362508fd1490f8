namespace SemanticStyleGan;

/// <summary>
/// Something that a user gave (a file, an option, a folder) can't be used. The message is one line for that user:
/// what, where, expected, found, and what to do.
/// </summary>
public class InputException : Exception
{
    /// <summary>An error with its one-line message.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>An error with its one-line message and what caused it.</summary>
    public InputException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A model, checkpoint, tensor or latent file is damaged or of another kind than expected; the message names file and offset or key.</summary>
public sealed class CheckpointFormatException : InputException
{
    /// <summary>An error with its one-line message.</summary>
    public CheckpointFormatException(string message) : base(message) { }

    /// <summary>An error with its one-line message and what caused it.</summary>
    public CheckpointFormatException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Runs <paramref name="read"/>; what it finds wrong with the content of a file is said with the file's name.</summary>
    internal static T Naming<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e) when (e is not CheckpointFormatException)
        {
            throw new CheckpointFormatException(e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}", e);
        }
    }
}

/// <summary>A data set is damaged or of another kind than expected; the message names the file and the entry.</summary>
public sealed class DatasetFormatException : InputException
{
    /// <summary>An error with its one-line message.</summary>
    public DatasetFormatException(string message) : base(message) { }

    /// <summary>An error with its one-line message and what caused it.</summary>
    public DatasetFormatException(string message, Exception inner) : base(message, inner) { }
}
