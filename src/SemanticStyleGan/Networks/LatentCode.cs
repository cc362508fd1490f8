using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The structure of the editable code W+ <c>[N, base + 2K, D]</c> (paper §3.2): base slots shared by all parts but the
/// background, then a shape and a texture slot for each part. It expands to one code per layer and part <c>[N, K·L, D]</c>.
/// </summary>
/// <param name="config">The generator's sizes.</param>
public sealed class LatentCode(GeneratorConfig config)
{
    private readonly long[] slotOfLayer = [.. SlotsOfLayers(config)];

    /// <summary>The slot that gives a part its shape.</summary>
    public int ShapeSlot(int part) => config.BaseLayers + 2 * part;

    /// <summary>The slot that gives a part its texture.</summary>
    public int TextureSlot(int part) => config.BaseLayers + 2 * part + 1;

    /// <summary>The slot's name: <c>base.0</c>, <c>hair.shape</c>, <c>hair.texture</c>.</summary>
    public string SlotName(int slot, SemanticLayout layout)
    {
        if (slot < config.BaseLayers) return $"base.{slot}";
        int part = (slot - config.BaseLayers) / 2;
        return $"{layout.Classes[part].Name}.{((slot - config.BaseLayers) % 2 == 0 ? "shape" : "texture")}";
    }

    /// <summary>The slot called <paramref name="name"/>, see <see cref="SlotName"/>.</summary>
    /// <exception cref="InputException">There is no such slot.</exception>
    public int Slot(string name, SemanticLayout layout)
    {
        string[] words = name.Split('.');
        if (words is ["base", string index] && int.TryParse(index, out int slot) && slot >= 0 && slot < config.BaseLayers) return slot;
        return words switch
        {
            [string part, "shape"] => ShapeSlot(layout.IndexOf(part)),
            [string part, "texture"] => TextureSlot(layout.IndexOf(part)),
            _ => throw new InputException($"unknown slot '{name}', expected base.0 to base.{config.BaseLayers - 1}, PART.shape or PART.texture (parts: {string.Join(", ", layout.Classes.Select(c => c.Name))})."),
        };
    }

    /// <summary>W+ <c>[N, base + 2K, D]</c> of w <c>[N, D]</c>: the same code in every slot.</summary>
    public Tensor Broadcast(Tensor w) => w.unsqueeze(1).expand(w.shape[0], config.LatentSlots, config.StyleSize);

    /// <summary>Per-layer codes <c>[N, K·L, D]</c> of w <c>[N, D]</c>, W+ <c>[N, base + 2K, D]</c> or of themselves.</summary>
    /// <exception cref="InputException">Another shape.</exception>
    public Tensor Expand(Tensor code)
    {
        long[] shape = code.shape;
        bool fits = shape[^1] == config.StyleSize;
        if (fits && shape.Length == 2) return code.unsqueeze(1).expand(shape[0], config.LayerCodes, config.StyleSize);
        if (fits && shape.Length == 3 && shape[1] == config.LayerCodes) return code.alias();
        if (fits && shape.Length == 3 && shape[1] == config.LatentSlots)
        {
            using Tensor index = tensor(slotOfLayer, device: code.device);
            return code.index_select(1, index);
        }
        int d = config.StyleSize;
        throw new InputException($"latent code of shape [{string.Join(", ", shape)}], expected [N, {d}] (w), [N, {config.LatentSlots}, {d}] (W+) or [N, {config.LayerCodes}, {d}] (one a layer).");
    }

    /// <summary>Moves w or W+ towards the mean code <c>[D]</c>: mean + strength·(code − mean).</summary>
    public static Tensor Truncate(Tensor code, Tensor mean, double strength) => lerp(mean, code, strength);

    /// <summary>
    /// Mixes two w <c>[N, D]</c> to W+ <c>[N, base + 2K, D]</c> as training does: base slots from the first; for every part of every sample
    /// both slots from the first, shape from the first and texture from the second, or both from the second, each with probability 1/3.
    /// </summary>
    public Tensor Mix(Tensor first, Tensor second, Generator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = first.shape[0];
        Tensor choice = randint(0, 3, [n, config.Parts], generator: generator).to(first.device);  // 0: both, 1: texture from second, 2: both from second
        Tensor shapeFromSecond = choice.eq(2), textureFromSecond = choice.ge(1);
        Tensor parts = stack([shapeFromSecond, textureFromSecond], 2).view(n, 2 * config.Parts);
        Tensor baseSlots = zeros(n, config.BaseLayers, ScalarType.Bool, first.device);
        Tensor fromSecond = cat([baseSlots, parts], 1).unsqueeze(2);                               // [N, base + 2K, 1]
        return where(fromSecond, second.unsqueeze(1), first.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    private static IEnumerable<long> SlotsOfLayers(GeneratorConfig config)
    {
        for (int part = 0; part < config.Parts; part++)
            for (int layer = 0; layer < config.LocalLayers; layer++)
                // The base code does not reach the background.
                yield return part > 0 && layer < config.BaseLayers ? layer
                    : layer < config.DepthLayers ? config.BaseLayers + 2 * part
                    : config.BaseLayers + 2 * part + 1;
    }
}
