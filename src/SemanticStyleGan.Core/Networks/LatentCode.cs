using System.Collections.Immutable;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The structure of the editable code W+ <c>[N, base + 2K, D]</c> (paper §3.2): base slots shared by all parts but the
/// background, then a shape and a texture slot for each part. It expands to one code per layer and part <c>[N, K·L, D]</c>.
/// </summary>
/// <param name="config">The generator's sizes.</param>
public sealed class LatentCode(GeneratorConfig config)
{
    /// <summary>The generator's sizes.</summary>
    public GeneratorConfig Config => config;

    /// <summary>The slot that each of the K·L layers takes its code from, part by part.</summary>
    public ImmutableArray<long> SlotOfLayer { get; } = [.. SlotsOfLayers(config)];

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
            _ => throw new InputException($"unknown slot '{name}', expected {(config.BaseLayers > 0 ? $"base.0 to base.{config.BaseLayers - 1}, " : "")}PART.shape or PART.texture (parts: {string.Join(", ", layout.Classes.Select(c => c.Name))})."),
        };
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
