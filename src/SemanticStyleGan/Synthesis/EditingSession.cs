using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// Synthesises one picture again and again while a person edits it. What the parts have computed is kept, and only parts whose codes or
/// coordinates changed are run: the parts first meet when they are composed, so the picture is the same as when all are run.
/// </summary>
/// <param name="model">The model; the caller keeps owning it, and its weights must stay as they are. A session is used by one thread at a time.</param>
public sealed class EditingSession(SemanticModel model) : IDisposable
{
    private Tensor? codes;       // [1, K·L, D]
    private Tensor? coordinates; // [1, K, 2, S, S] or null
    private Tensor? shapes;      // [K, …]
    private Tensor? looks;       // [K, …]

    /// <summary>How many parts the last picture needed to be computed anew.</summary>
    public int PartsComputed { get; private set; }

    /// <summary>Image, mask, coarse mask and depths of one code: w <c>[1, D]</c>, W+ <c>[1, base + 2K, D]</c> or per-layer codes <c>[1, K·L, D]</c>.</summary>
    /// <exception cref="InputException">More than one code, or another shape.</exception>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor now = model.Generator.Latents.Expand(code.to(model.Generator.Device));
        if (now.shape[0] != 1) throw new InputException($"{now.shape[0]} codes, expected one: a session edits one picture.");
        Update(now, input);
        return model.Prepared.Compose(shapes!, looks!, input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in (Tensor?[])[codes, coordinates, shapes, looks]) tensor?.Dispose();
    }

    private void Update(Tensor now, SynthesisInput? input)
    {
        Tensor? grid = input?.Coordinates;
        bool noisy = model.Generator.PartsTakeNoise && input?.Noise is not null;
        int[] changed = noisy ? All : Changed(now, grid);
        PartsComputed = changed.Length;
        if (changed.Length == 0) return;
        (long parts, long layers, long size) = (model.Config.Parts, model.Config.LocalLayers, model.Config.StyleSize);
        if (changed.Length == parts) Replace(model.Generator.RunParts(now, input));
        else
        {
            Tensor index = tensor(changed.Select(p => (long)p).ToArray(), device: now.device);
            Tensor some = now.view(parts, layers, size).index_select(0, index).view(1, -1, size);
            (Tensor someShapes, Tensor someLooks) = model.Generator.RunParts(some, input, index);
            shapes!.index_copy_(0, index, someShapes);
            looks!.index_copy_(0, index, someLooks);
        }
        Keep(ref codes, noisy ? null : now.clone()); // parts with noise of their own are not kept
        Keep(ref coordinates, grid?.clone());
    }

    private int[] All => [.. Enumerable.Range(0, model.Config.Parts)];

    private int[] Changed(Tensor now, Tensor? grid)
    {
        int parts = model.Config.Parts;
        // Between the regular grid and given coordinates every part is run.
        if (codes is null || grid is null != coordinates is null) return All;
        Tensor differs = now.ne(codes).view(parts, -1).any(1);
        if (grid is not null) differs = differs.logical_or(grid.ne(coordinates!).view(parts, -1).any(1));
        using Tensor host = differs.cpu();
        return [.. host.data<bool>().Select((d, part) => d ? part : -1).Where(part => part >= 0)];
    }

    private void Replace((Tensor Shapes, Tensor Looks) maps)
    {
        // The last layer may be the depth layer: then both are one map, and a part must not be copied into it twice.
        Keep(ref shapes, maps.Shapes.clone());
        Keep(ref looks, maps.Looks.clone());
    }

    private static void Keep(ref Tensor? kept, Tensor? value)
    {
        kept?.Dispose();
        kept = value?.DetachFromDisposeScope();
    }
}
