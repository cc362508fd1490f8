using System.Collections;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// The sizes of an official generator (system: table of options), read from its tensors; what shapes can't tell comes from the
/// checkpoint's arguments or, where it lacks them, is the published models' value and listed in <see cref="Assumed"/>.
/// </summary>
public sealed record OfficialArchitecture
{
    /// <summary>R, the image's width and height in pixels (<c>size</c>).</summary>
    public required int ImageSize { get; init; }

    /// <summary>D, the length of a style code (<c>latent</c>).</summary>
    public required int StyleSize { get; init; }

    /// <summary>Layers of the mapping network (<c>n_mlp</c>).</summary>
    public required int MappingLayers { get; init; }

    /// <summary>K, the classes including the background (<c>seg_dim</c>).</summary>
    public required int Parts { get; init; }

    /// <summary>L, layers of a local generator (<c>local_layers</c>).</summary>
    public required int LocalLayers { get; init; }

    /// <summary>Layers that take the shared code (<c>base_layers</c>).</summary>
    public required int BaseLayers { get; init; }

    /// <summary>Layers before the depth output (<c>depth_layers</c>).</summary>
    public required int DepthLayers { get; init; }

    /// <summary>Channels of a local generator (<c>local_channel</c>).</summary>
    public required int LocalChannels { get; init; }

    /// <summary>Channels of the fused features (<c>coarse_channel</c>).</summary>
    public required int CoarseChannels { get; init; }

    /// <summary>S, width and height of the fused features (<c>coarse_size</c>).</summary>
    public required int CoarseSize { get; init; }

    /// <summary>Width and height where the render net begins (<c>min_feat_size</c>).</summary>
    public required int MinFeatureSize { get; init; }

    /// <summary>m: channels at resolution r are min(cap, 16384·m/r) (<c>channel_multiplier</c>).</summary>
    public required double ChannelMultiplier { get; init; }

    /// <summary>The cap of the channels.</summary>
    public required int MaxChannels { get; init; }

    /// <summary>Whether the coarse mask is added to the mask head (<c>residual_refine</c>).</summary>
    public required bool ResidualRefinement { get; init; }

    /// <summary>Whether texture layers send no gradient to shape layers (<c>detach_texture</c>).</summary>
    public required bool DetachTexture { get; init; }

    /// <summary>Classes that let others show through (<c>transparent_dims</c>).</summary>
    public required IReadOnlyList<int> TransparentParts { get; init; }

    /// <summary>Official names of options that neither tensors nor arguments told.</summary>
    public IReadOnlyList<string> Assumed { get; init; } = [];

    /// <summary>Reads the sizes.</summary>
    /// <param name="native">A generator's tensors under stacked names (see <see cref="OfficialNames.ToNative"/>).</param>
    /// <param name="arguments">The checkpoint's arguments; may be empty.</param>
    /// <param name="source">What to call the checkpoint in errors.</param>
    /// <exception cref="CheckpointFormatException">The tensors are no generator of this kind, or contradict the arguments.</exception>
    public static OfficialArchitecture Infer(IReadOnlyDictionary<string, Tensor> native, IReadOnlyDictionary<string, object?> arguments, string source)
    {
        Reader read = new(native, arguments, source);
        long[] local = read.Shape("local.weight", 4), mapping = read.Shape("mapping.0.weight", 2), fourier = read.Shape("fourier.weight", 2);
        long[] feature = read.Shape("feature.weight", 3), noise = read.Shape("render.convolutions.0.noise", 4);
        int convolutions = OfficialTable.Count(native.Keys, "render.convolutions.");
        int smallest = (int)noise[3] / 2, size = smallest << (convolutions / 2);
        if (fourier[1] < 6 || (fourier[1] - 2) % 4 != 0 || 1L << (int)((fourier[1] - 2) / 4) != size)
            throw read.Bad($"'fourier.weight' has {fourier[1]} features, which does not fit an image size of {size}");
        (double multiplier, int cap) = read.Channels(smallest, convolutions);
        int parts = (int)local[0];
        return new OfficialArchitecture
        {
            ImageSize = read.Agree("size", size),
            StyleSize = read.Agree("latent", (int)mapping[1]),
            MappingLayers = read.Agree("n_mlp", OfficialTable.Count(native.Keys, "mapping.")),
            Parts = read.Agree("seg_dim", parts),
            LocalLayers = read.Agree("local_layers", (int)local[1]),
            BaseLayers = read.Number("base_layers", 2),
            DepthLayers = read.Number("depth_layers", 6),
            LocalChannels = read.Agree("local_channel", (int)local[2]),
            CoarseChannels = read.Agree("coarse_channel", (int)feature[1]),
            CoarseSize = read.Agree("coarse_size", read.CoarseSize(smallest, convolutions)),
            MinFeatureSize = read.Agree("min_feat_size", smallest),
            ChannelMultiplier = multiplier,
            MaxChannels = cap,
            ResidualRefinement = read.Flag("residual_refine", true),
            DetachTexture = read.Flag("detach_texture", false),
            TransparentParts = read.Numbers("transparent_dims", parts == 13 ? [10, 12] : []),
            Assumed = read.Assumed,
        };
    }

    private sealed class Reader(IReadOnlyDictionary<string, Tensor> native, IReadOnlyDictionary<string, object?> arguments, string source)
    {
        public List<string> Assumed { get; } = [];

        public CheckpointFormatException Bad(string what) => new($"{source}: {what}.");

        public long[] Shape(string name, int axes)
        {
            if (!native.TryGetValue(name, out Tensor? tensor)) throw Bad($"'{name}' is missing");
            if (tensor.ndim != axes || tensor.shape.Any(size => size is < 1 or > 1 << 20)) throw Bad($"'{name}' has the shape [{string.Join(", ", tensor.shape)}], expected {axes} axes");
            return tensor.shape;
        }

        /// <summary>The one convolution that takes the unpooled features besides its predecessor's output tells S.</summary>
        public int CoarseSize(int smallest, int convolutions)
        {
            for (int i = 2; i < convolutions; i += 2)
                if (Shape($"render.convolutions.{i}.weight", 4)[1] > Shape($"render.convolutions.{i - 1}.weight", 4)[0])
                    return smallest << (i / 2);
            throw Bad("no convolution of the render net takes the coarse features");
        }

        /// <summary>The multiplier shows where channels fall; where they never do, every larger one is the same network.</summary>
        public (double Multiplier, int Cap) Channels(int smallest, int convolutions)
        {
            int[] channels = [.. Enumerable.Range(0, convolutions / 2).Select(i => (int)Shape($"render.convolutions.{2 * i}.weight", 4)[0])];
            int last = channels[^1], size = smallest << channels.Length, cap = channels.Max();
            double shown = last * (double)size / 16384;
            double multiplier = last < cap ? shown : Math.Max(shown, Argument("channel_multiplier") is long or double ? Convert.ToDouble(Argument("channel_multiplier"), null) : 2);
            for (int i = 0; i < channels.Length; i++)
                if (channels[i] != Math.Min(cap, (int)(16384 * multiplier / (smallest << (i + 1)))))
                    throw Bad($"the render net's channels {string.Join(", ", channels)} follow no multiplier");
            return (multiplier, cap);
        }

        public int Agree(string option, int found)
        {
            if (Argument(option) is { } stored && stored is not long and not double) throw Bad($"the option '{option}' is no number");
            if (Argument(option) is { } number && Convert.ToDouble(number, null) != found) throw Bad($"the option '{option}' is {number}, but the tensors say {found}");
            return found;
        }

        public int Number(string option, int published) => Argument(option) switch
        {
            long number and >= 0 and <= 1 << 20 => (int)number,
            null => Assume(option, published),
            _ => throw Bad($"the option '{option}' is no number of layers"),
        };

        public bool Flag(string option, bool published) => Argument(option) switch
        {
            bool flag => flag,
            long number => number != 0,
            null => Assume(option, published),
            _ => throw Bad($"the option '{option}' is neither true nor false"),
        };

        public int[] Numbers(string option, int[] published)
        {
            if (Argument(option) is not { } stored) return Assume(option, published);
            if (stored is not IEnumerable list || stored is string) throw Bad($"the option '{option}' is no list");
            return [.. list.Cast<object?>().Select(item => item is long and >= 0 and <= 1 << 20 ? (int)(long)item : throw Bad($"the option '{option}' is no list of classes"))];
        }

        private object? Argument(string option) => arguments.GetValueOrDefault(option);

        private T Assume<T>(string option, T published)
        {
            Assumed.Add(option);
            return published;
        }
    }
}
