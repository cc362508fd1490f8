using System.Globalization;

namespace SemanticStyleGan.Formats;

/// <summary>Lists every tensor of the authors' networks in the order of their state dicts.</summary>
internal static class OfficialTable
{
    private static readonly long[] Alone = [];

    public static List<OfficialSlot> Generator(int parts, int localLayers, int mappingLayers, int convolutions)
    {
        List<OfficialSlot> slots = [Parameter("pos_embed.weights", "fourier.weight", 0, 2)]; // [C, F, 1, 1]
        for (int k = 0; k < parts; k++) slots.AddRange(LocalGenerator(k, parts, localLayers));
        for (int i = 0; i < convolutions; i++) slots.AddRange(RenderConvolution(i));
        for (int i = 0; i < convolutions; i++)
            slots.Add(new OfficialSlot($"render_net.noises.noise_{i}", $"render.convolutions.{i}.noise", Alone, 0, 0, 0, OfficialKind.Buffer));
        foreach ((string official, string native) in ((string, string)[])[("to_rgbs", "image_heads"), ("to_segs", "mask_heads")])
            for (int i = 0; i < convolutions / 2; i++)
                slots.AddRange(Head($"render_net.{official}.{i}", $"render.{native}.{i}", Alone, 0));
        for (int i = 0; i < mappingLayers; i++)
            foreach (string tensor in (string[])["weight", "bias"])
                slots.Add(Parameter($"style.{i + 1}.{tensor}", $"mapping.{i}.{tensor}", 0, 0));
        return slots;
    }

    public static List<OfficialSlot> Discriminator(int blocks, bool masks)
    {
        List<OfficialSlot> slots = [];
        slots.AddRange(Branch("convs_img", "image_branch", blocks));
        if (masks) slots.AddRange(Branch("convs_seg", "mask_branch", blocks));
        slots.Add(Parameter("final_conv.0.weight", "final_convolution.weight", 0, 0));
        slots.Add(Parameter("final_conv.1.bias", "final_convolution.bias", 0, 0));
        foreach ((int i, string native) in ((int, string)[])[(0, "final_hidden"), (1, "final_logit")])
            foreach (string tensor in (string[])["weight", "bias"])
                slots.Add(Parameter($"final_linear.{i}.{tensor}", $"{native}.{tensor}", 0, 0));
        return slots;
    }

    /// <summary>How many consecutive numbers from <paramref name="first"/> on follow the prefix in the names.</summary>
    public static int Count(IEnumerable<string> names, string prefix, int first = 0)
    {
        HashSet<int> numbers = [];
        foreach (string name in names)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            ReadOnlySpan<char> rest = name.AsSpan(prefix.Length);
            int dot = rest.IndexOf('.');
            if (dot > 0 && int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int number)) numbers.Add(number);
        }
        int count = 0;
        while (numbers.Contains(first + count)) count++;
        return count;
    }

    private static IEnumerable<OfficialSlot> LocalGenerator(int k, int parts, int layers)
    {
        long[] perLayer = [parts, layers], perPart = [parts];
        string local = $"local_nets.{k}";
        for (int l = 0; l < layers; l++)
        {
            int at = k * layers + l;
            string layer = $"{local}.linears.{l}";
            yield return Parameter($"{layer}.conv.weight", "local.weight", 1, 2, perLayer, at); // [1, out, in, 1, 1]
            yield return Parameter($"{layer}.conv.modulation.weight", "local.affine_weight", 0, 0, perLayer, at); // [C, D]
            yield return Parameter($"{layer}.conv.modulation.bias", "local.affine_bias", 0, 0, perLayer, at); // [C]
            yield return Parameter($"{layer}.activate.bias", "local.bias", 0, 0, perLayer, at); // [C]
        }
        foreach (OfficialSlot slot in Head($"{local}.to_feat", "feature", perPart, k)) yield return slot;
        if (k == 0) yield break; // the background's depth is 0
        foreach (OfficialSlot slot in Head($"{local}.to_depth", "depth", [parts - 1], k - 1))
        {
            // A depth head has one output: the stack is [K−1, C] and [K−1], without an axis for it.
            yield return slot.Native switch
            {
                "depth.weight" => slot with { Before = 1, After = 2 }, // [1, C, 1, 1]
                "depth.bias" => slot with { Before = 2, After = 2 }, // [1, 1, 1, 1]
                _ => slot,
            };
        }
    }

    private static IEnumerable<OfficialSlot> RenderConvolution(int i)
    {
        string official = $"render_net.convs.{i}", native = $"render.convolutions.{i}";
        yield return Parameter($"{official}.weight", $"{native}.weight", 0, 0); // [out, in, 3, 3]
        yield return Parameter($"{official}.modulation", $"{native}.scale", 1, 2); // [1, in, 1, 1]
        if (i % 2 == 0) yield return Kernel($"{official}.blur.kernel", 4); // the upsampling ones
        yield return Parameter($"{official}.noise.weight", $"{native}.noise_strength", 0, 0); // [1]
        yield return Parameter($"{official}.activate.bias", $"{native}.bias", 0, 0); // [out]
    }

    private static IEnumerable<OfficialSlot> Head(string official, string native, long[] lead, int position)
    {
        yield return Parameter($"{official}.bias", $"{native}.bias", 1, 2, lead, position); // [1, out, 1, 1]
        yield return Kernel($"{official}.upsample.kernel", 4);
        yield return Parameter($"{official}.conv.weight", $"{native}.weight", 0, 2, lead, position); // [out, in, 1, 1]
        yield return Parameter($"{official}.conv.modulation", $"{native}.scale", 1, 2, lead, position); // [1, in, 1, 1]
    }

    private static IEnumerable<OfficialSlot> Branch(string official, string native, int blocks)
    {
        yield return Parameter($"{official}.0.0.weight", $"{native}.input.weight", 0, 0);
        yield return Parameter($"{official}.0.1.bias", $"{native}.input.bias", 0, 0);
        for (int i = 0; i < blocks; i++)
        {
            string from = $"{official}.{i + 1}", to = $"{native}.blocks.{i}";
            yield return Parameter($"{from}.conv1.0.weight", $"{to}.conv1.weight", 0, 0);
            yield return Parameter($"{from}.conv1.1.bias", $"{to}.conv1.bias", 0, 0);
            yield return Kernel($"{from}.conv2.0.kernel", 1);
            yield return Parameter($"{from}.conv2.1.weight", $"{to}.conv2.weight", 0, 0);
            yield return Parameter($"{from}.conv2.2.bias", $"{to}.conv2.bias", 0, 0);
            yield return Kernel($"{from}.skip.0.kernel", 1);
            yield return Parameter($"{from}.skip.1.weight", $"{to}.skip.weight", 0, 0);
        }
    }

    private static OfficialSlot Parameter(string official, string native, int before, int after, long[]? lead = null, int position = 0) =>
        new(official, native, lead ?? Alone, position, before, after, OfficialKind.Parameter);

    private static OfficialSlot Kernel(string official, float gain) =>
        new(official, null, Alone, 0, 0, 0, OfficialKind.Constant, gain);
}
