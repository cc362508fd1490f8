namespace SemanticStyleGan.Studio.Faces;

/// <summary>
/// A face as it is made: a list of edits, beginning with the mean face. The same list gives the same picture, so a face can be saved, undone, sent as a
/// link and rendered by a server that remembers nothing.
/// </summary>
/// <param name="Edits">In order; usually <see cref="NewFace"/> comes first.</param>
public sealed record Face(IReadOnlyList<Edit> Edits)
{
    /// <summary>Most edits of a face, those of the faces that it takes parts from included.</summary>
    public const int MostEdits = 2000;

    /// <summary>How deep faces may take parts from faces that take parts from faces.</summary>
    public const int DeepestTaking = 8;

    /// <summary>This face with one more edit.</summary>
    public Face With(Edit edit) => new([.. Edits, edit]);

    /// <summary>Checks the number of edits and how deep they are nested.</summary>
    /// <exception cref="InputException">There are too many, or they are nested too deep.</exception>
    internal void RequireModestSize()
    {
        int count = Count(this, 0);
        if (count > MostEdits) throw new InputException($"edits: {count:N0}, expected at most {MostEdits:N0}.");
    }

    private static int Count(Face face, int depth)
    {
        if (depth > DeepestTaking) throw new InputException($"edits: faces take parts from faces more than {DeepestTaking} deep.");
        return face.Edits.Sum(e => e is TakeCodes take ? 1 + Count(take.From, depth + 1) : 1);
    }
}
