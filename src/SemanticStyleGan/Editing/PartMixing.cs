using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>Takes parts of one sample over into another (paper §4.2): their slots are copied.</summary>
public static class PartMixing
{
    /// <summary>
    /// Every target with the chosen slots of every source: W+ <c>[T·S, base + 2K, D]</c> of <paramref name="targets"/> <c>[T, …]</c> and
    /// <paramref name="sources"/> <c>[S, …]</c>; the sources vary fastest.
    /// </summary>
    public static Tensor Matrix(Tensor targets, Tensor sources, PartSelection selection)
    {
        using DisposeScope scope = NewDisposeScope();
        return selection.Replace(targets.unsqueeze(1), sources.unsqueeze(0)).flatten(0, 1).MoveToOuterDisposeScope();
    }
}
