using System.Collections.Concurrent;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>The main directions of every slot (closed-form factorisation), found when they are first asked for.</summary>
internal sealed class PartDirections(SemanticModel model) : IDisposable
{
    /// <summary>How many the page shows a slot.</summary>
    internal const int Shown = 4;

    private const int Found = 64;
    private readonly ConcurrentDictionary<int, Tensor> steps = [];

    /// <summary>What a strength of 1 adds to a slot's code, <c>[D]</c>.</summary>
    internal Tensor Step(int slot, int direction) => steps.GetOrAdd(slot, Find)[direction];

    public void Dispose()
    {
        foreach (Tensor step in steps.Values) step.Dispose();
    }

    private Tensor Find(int slot)
    {
        using var scope = NewDisposeScope();
        return stack(FactorizedDirections.Find(model, slot, Found).Select(d => d.Step[slot])).DetachFromDisposeScope(); // [directions, D]
    }
}
