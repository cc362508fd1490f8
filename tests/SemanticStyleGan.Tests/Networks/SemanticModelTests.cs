using System.Text.Json.Nodes;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class SemanticModelTests : IDisposable
{
    private static readonly GeneratorConfig Small = new()
    {
        ImageSize = 32,
        StyleSize = 16,
        MappingLayers = 2,
        Parts = 4,
        LocalLayers = 4,
        BaseLayers = 1,
        DepthLayers = 3,
        LocalChannels = 8,
        CoarseChannels = 12,
        CoarseSize = 16,
        MinFeatureSize = 8,
        MaxChannels = 16,
        TransparentParts = [],
    };

    private static readonly SemanticLayout Layout = new("four", [new("a", 0), new("b", 1), new("c", 2), new("d", 3)]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_survives_its_file_bit_for_bit()
    {
        using SemanticModel model = Make();
        model.Save(folder.File("a.safetensors"));
        using SemanticModel read = SemanticModel.Load(folder.File("a.safetensors"), CPU);
        Assert.Equal((model.Config, model.Layout, "x"), (read.Config, read.Layout, (string?)read.Provenance["from"]));
        Parity.AssertSame(model.MeanLatent, read.MeanLatent, "mean");
        Parity.AssertSame(Weights.Of(model.Generator), Weights.Of(read.Generator));
        Assert.All(read.Generator.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Half_precision_takes_half_the_room_and_is_read_as_float()
    {
        using SemanticModel model = Make();
        model.Save(folder.File("a.safetensors"));
        model.Save(folder.File("b.safetensors"), half: true);
        Assert.InRange(new FileInfo(folder.File("b.safetensors")).Length, 0, 0.6 * new FileInfo(folder.File("a.safetensors")).Length);
        using SemanticModel read = SemanticModel.Load(folder.File("b.safetensors"), CPU);
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in Weights.Of(model.Generator))
            Parity.AssertSame(weight.detach().to(ScalarType.Float16).to(ScalarType.Float32), Weights.Of(read.Generator)[name].detach(), name);
    }

    [Fact]
    public void The_mean_of_two_models_lies_between_them()
    {
        using var scope = NewDisposeScope();
        using SemanticModel first = Make(), second = Make();
        using (no_grad())
            foreach (Tensor weight in Weights.Of(second.Generator).Values) weight.add_(0.5);
        Dictionary<string, Tensor> before = Weights.Of(first.Generator).ToDictionary(w => w.Key, w => w.Value.detach().clone());
        SemanticModel mean = first.MeanWith(second);
        Assert.All(before, w => Assert.InRange((Weights.Of(mean.Generator)[w.Key].detach() - w.Value - 0.25).abs().max().item<float>(), 0, 1e-6f));
        Parity.AssertSame(SemanticModel.ComputeMeanLatent(mean.Generator), mean.MeanLatent, "mean");
        Assert.Equal(second.Fingerprint, (string?)mean.Provenance["meanWith"]);
    }

    [Theory, InlineData(0.7), InlineData(1.2)]
    public void Folded_truncation_gives_without_what_was_drawn_with_it(double truncation)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using SemanticModel model = Make();
        Tensor w = model.Generator.Map(randn([3, 16], generator: new Generator(1)));
        Tensor before = Draw(model.MeanLatent + (w - model.MeanLatent) * truncation), other = Draw(w);
        model.FoldTruncation(truncation);
        Assert.InRange((Draw(w) - before).abs().max().item<float>(), 0, 1e-5f);
        Assert.True((other - before).abs().max().item<float>() > 1e-3f);
        Assert.Equal(truncation, (double?)model.Provenance["foldedTruncation"]);

        Tensor Draw(Tensor codes) => model.Generator.Synthesize(new LatentCode(model.Config).Broadcast(codes)).Image;
    }

    [Theory, InlineData("base"), InlineData("base.0,b.texture,a.shape")]
    public void Truncation_of_chosen_slots_leaves_the_others(string names)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using SemanticModel model = Make();
        PartSelection selection = PartSelection.Parse(names, PartCode.Both, model);
        Tensor w = model.Generator.Latents.Broadcast(model.Generator.Map(randn([3, 16], generator: new Generator(1))));
        Tensor before = Draw(where(selection.Mask(CPU), lerp(model.MeanLatent, w, 1.4), w)), other = Draw(w), all = Draw(lerp(model.MeanLatent, w, 1.4));
        model.FoldTruncation(1.4, selection.Slots);
        Assert.InRange((Draw(w) - before).abs().max().item<float>(), 0, 1e-5f);
        Assert.All([other, all], different => Assert.True((different - before).abs().max().item<float>() > 1e-3f));
        Assert.Equal(string.Join(",", selection.Slots.Select(slot => model.Generator.Latents.SlotName(slot, model.Layout))), (string?)model.Provenance["foldedTruncationSlots"]);

        Tensor Draw(Tensor codes) => model.Generator.Synthesize(codes).Image;
    }

    [Fact]
    public void Files_of_other_kinds_and_with_missing_weights_are_refused()
    {
        string file = folder.File("a.safetensors");
        Assert.Contains("'format' is 'missing'", Refused(Parity.Path("small/weights.safetensors")), StringComparison.Ordinal);
        using (SemanticModel model = Make()) model.Save(file);
        using TensorFile whole = Safetensors.Read(file);
        Safetensors.Write(file, whole.Tensors.Where(t => t.Key != "fourier.weight"), whole.Metadata);
        Assert.Contains("'fourier.weight' is missing", Refused(file), StringComparison.Ordinal);
        Safetensors.Write(file, whole.Tensors.Where(t => t.Key != "mean_latent"), whole.Metadata);
        Assert.Contains("'mean_latent' is missing", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_a_giant_network_takes_no_memory()
    {
        string file = folder.File("a.safetensors");
        using (SemanticModel model = Make()) model.Save(file);
        using TensorFile whole = Safetensors.Read(file);
        Dictionary<string, string> header = whole.Metadata.ToDictionary();
        JsonNode config = JsonNode.Parse(header["config"])!;
        config["localChannels"] = 4096; // 1 GB of local weights alone
        config["coarseChannels"] = 8192;
        config["maxChannels"] = 8192;
        header["config"] = config.ToJsonString();
        Safetensors.Write(file, whole.Tensors, header);
        Assert.Contains("'local.weight' is [4, 4, 8, 8], expected [4, 4, 4096, 4096]", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_headers_never_do_more_than_throw()
    {
        string file = folder.File("a.safetensors");
        using (SemanticModel model = Make()) model.Save(file);
        byte[] whole = File.ReadAllBytes(file);
        int header = 8 + (int)BitConverter.ToInt64(whole);
        Mutation mutation = new(seed: 31);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            // Metadata is where the configuration is; a header of another length is told to the format.
            byte[] damaged = mutation.Of(whole[8..Math.Min(header, 900)]), rest = whole[Math.Min(header, 900)..];
            File.WriteAllBytes(file, [.. BitConverter.GetBytes((long)(header - Math.Min(header, 900) + damaged.Length)), .. damaged, .. rest]);
            try
            {
                SemanticModel.Load(file, CPU).Dispose();
            }
            catch (CheckpointFormatException e)
            {
                refused++;
                Assert.Contains(file, e.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(refused, 500, 1000);
    }

    private static SemanticModel Make()
    {
        using var scope = NewDisposeScope();
        return new SemanticModel(new SemanticGenerator(Small, new Initializer(3, CPU)), Layout, provenance: new JsonObject { ["from"] = "x" });
    }

    private static string Refused(string file) => Assert.Throws<CheckpointFormatException>(() => SemanticModel.Load(file, CPU)).Message;
}
