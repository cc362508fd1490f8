using Google.Protobuf;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Exporting.Format;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Onnx;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Onnx;

/// <summary>What ONNX Runtime alone makes, against what libtorch makes.</summary>
public sealed class OnnxSynthesizerTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly TemporaryFolder folder = new();
    private readonly OnnxModel model;
    private readonly OnnxSynthesizer onnx;

    public OnnxSynthesizerTests()
    {
        OnnxExport.Write(tiny.Model, folder.Path);
        model = OnnxModel.Open(folder.Path, threads: 1);
        onnx = new(model);
    }

    public void Dispose()
    {
        model.Dispose();
        tiny.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_seed_gives_the_same_picture_with_the_bundled_model()
    {
        using OnnxModel bundled = OnnxModel.Open(threads: 1);
        using SemanticModel original = ModelSource.Open(null, CPU);
        Assert.Equal(original.Fingerprint, bundled.Fingerprint); // the package holds the model under models/
        OnnxSynthesizer faces = new(bundled);
        Picture actual = faces.Generate(faces.Codes(3))[0];
        Synthesizer synthesizer = new(original);
        using Tensor codes = synthesizer.Codes(3, 1, 0.7);
        Picture expected = synthesizer.Pictures(codes)[0];
        // Weights are rounded to float16 once more.
        double difference = expected.Image.Pixels.Zip(actual.Image.Pixels, (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(difference, 0, 0.5);
        Assert.True(expected.Labels.Classes.Zip(actual.Labels.Classes, (a, b) => a == b ? 1.0 : 0).Average() > 0.99);
        Assert.True(expected.Labels.Classes.Distinct().Count() > 4);
    }

    [Fact]
    public void Codes_and_pictures_of_seeds_are_those_of_libtorch()
    {
        Tensor w = tiny.Synthesizer.Codes(11, 10, 0.6);
        CodeArray codes = onnx.Codes(11, 10, 0.6);
        AssertClose(tiny.Model.Generator.Latents.Broadcast(w), codes);
        IReadOnlyList<Picture> expected = tiny.Synthesizer.Pictures(w), actual = onnx.Generate(codes);
        Assert.Equal(10, actual.Count);
        foreach ((Picture e, Picture a) in expected.Zip(actual)) AssertSame(e, a);
    }

    [Fact]
    public void New_noise_is_that_of_libtorch()
    {
        foreach ((string name, Tensor value) in Weights.Of(tiny.Model.Generator))
            if (name.EndsWith("noise_strength", StringComparison.Ordinal))
                using (no_grad()) value.fill_(0.5);
        OnnxExport.Write(tiny.Model, folder.File("noisy"));
        using OnnxModel noisy = OnnxModel.Open(folder.File("noisy"), threads: 1);
        Tensor w = tiny.Synthesizer.Codes(11, 3, 0.6);
        List<Picture> expected = [];
        tiny.Synthesizer.Synthesize(w, (_, output) => expected.AddRange(ImageTensors.ToPictures(output.Image).Zip(MaskTensors.ToLabels(output.Mask), (i, l) => new Picture(i, l))), noiseSeed: 5);
        OnnxSynthesizer faces = new(noisy);
        IReadOnlyList<Picture> actual = faces.Generate(onnx.Codes(11, 3, 0.6), noiseSeed: 5);
        foreach ((Picture e, Picture a) in expected.Zip(actual)) AssertSame(e, a);
        Assert.NotEqual(faces.Generate(onnx.Codes(11, 3, 0.6))[0].Image.Pixels, actual[0].Image.Pixels);
        Assert.Contains("2 noise maps, expected", Refused(() => noisy.Synthesize(onnx.Codes(0), noise: [[1f], [1f]])));
        Assert.Contains("noise map 0 of 1 numbers", Refused(() => noisy.Synthesize(onnx.Codes(0), noise: [.. noisy.NoiseSizes.Select(_ => new float[1])])));
    }

    [Theory, InlineData(PartCode.Both), InlineData(PartCode.Shape), InlineData(PartCode.Texture)]
    public void Mixing_and_resampling_take_the_same_slots(PartCode what)
    {
        LatentCode latents = tiny.Model.Generator.Latents;
        Tensor sources = latents.Broadcast(tiny.Synthesizer.Codes(0, 2)), targets = latents.Broadcast(tiny.Synthesizer.Codes(5, 3));
        PartSelection selection = PartSelection.Parse("hair,glasses", what, tiny.Model);
        AssertClose(PartMixing.Matrix(targets, sources, selection), onnx.Mix(from: onnx.Codes(0, 2, 1), into: onnx.Codes(5, 3, 1), "hair,glasses", what));
        AssertClose(new PartResampling(tiny.Synthesizer).Variants(targets[..1], selection, 20, 4, 0.5), onnx.Resample(onnx.Codes(5, 1, 1), "hair,glasses", 20, 4, what, 0.5));
    }

    [Theory, InlineData("all", PartCode.Both, false), InlineData("hair,face", PartCode.Shape, true)]
    public void A_walk_is_the_one_of_libtorch(string parts, PartCode what, bool loop)
    {
        Tensor knots = tiny.Model.Generator.Latents.Broadcast(tiny.Synthesizer.Codes(5, 4)).contiguous();
        Tensor path = CubicSpline.Sample(loop ? cat([knots, knots[..1]]) : knots, 7);
        CodeArray walk = onnx.Interpolate(onnx.Codes(5, 4, 1), 7, parts, what, loop);
        AssertClose(PartSelection.Parse(parts, what, tiny.Model).Replace(knots[..1], path), walk);
        Assert.Equal(loop, walk[6].Values.SequenceEqual(walk[0].Values));
    }

    [Fact]
    public void Moved_parts_and_single_parts_look_the_same()
    {
        Tensor code = tiny.Model.Generator.Latents.Broadcast(tiny.Synthesizer.Codes(2, 1)).contiguous();
        CodeArray plain = onnx.Codes(2, 1, 1);
        PartTransform[] moves = [new(0.1, -0.05, 1.3, 20), PartTransform.None];
        int hair = TinyModel.Layout.IndexOf("hair");
        IReadOnlyList<Picture> expected = new PartMover(tiny.Synthesizer, code, [hair]).Pictures(moves), actual = onnx.Transform(plain, "hair", moves);
        foreach ((Picture e, Picture a) in expected.Zip(actual)) AssertSame(e, a);
        Assert.NotEqual(actual[0].Image.Pixels, actual[1].Image.Pixels);

        Tensor on = tensor(new float[] { 1, 0, 1, 0 }).view(1, 4);
        List<Picture> parts = [];
        new PartComponents(tiny.Synthesizer).Compose(code, on, (_, output) => parts.Add(new Picture(ImageTensors.ToPictures(output.Image)[0], MaskTensors.ToLabels(output.Mask)[0])));
        AssertSame(parts[0], onnx.Components(plain, "background,hair")[0]);
    }

    [Fact]
    public void Codes_and_directions_go_through_files_of_the_command_line()
    {
        CodeArray codes = onnx.Codes(4, 3);
        codes.Write(folder.File("latents.npy"));
        using Tensor read = Npy.Read(folder.File("latents.npy"));
        AssertClose(read, codes);
        Npy.Write(folder.File("w.npy"), tiny.Synthesizer.Codes(4, 3, 0.7));
        AssertClose(read, CodeArray.Read(folder.File("w.npy"), model.Config));

        using Generator random = new(3);
        Direction direction = new("d", randn([9, 16], generator: random), new Dictionary<string, string> { ["method"] = "random" });
        string file = direction.Save(folder.Path, tiny.Model);
        AssertClose(direction.Apply(read, -1.5), onnx.Edit(codes, OnnxDirection.Load(file, model), -1.5));
        using TinyModel other = new(seed: 5);
        Assert.Contains("another model", Assert.Throws<InputException>(() => OnnxDirection.Load(direction.Save(folder.File("other"), other.Model), model)).Message);
    }

    [Fact]
    public void What_is_no_model_or_does_not_fit_is_refused_in_one_line()
    {
        Assert.Contains("no such file", Refused(() => OnnxModel.Open(folder.File("nothing"))));
        File.WriteAllText(folder.File("bad/mapping.onnx"), "no model");
        Assert.Contains("export onnx", Refused(() => OnnxModel.Open(folder.File("bad"))));
        using (TinyModel other = new(seed: 6)) OnnxExport.Write(other.Model, folder.File("mixed"));
        File.Copy(folder.File("mapping.onnx"), folder.File("mixed/mapping.onnx"), overwrite: true);
        Assert.Contains("different models", Refused(() => OnnxModel.Open(folder.File("mixed"))));

        foreach ((string name, byte[] bytes) in OnnxExport.Encode(tiny.Model, given: ["truncation", "composition_mask"])) AtomicFile.WriteBytes(folder.File($"web/{name}"), bytes);
        Assert.Contains("expected z and, with standard values, truncation", Refused(() => OnnxModel.Open(folder.File("web"))));

        using OnnxModel bundled = OnnxModel.Open(threads: 1);
        Assert.Contains("at least two", Refused(() => onnx.Interpolate(onnx.Codes(0), 5)));
        Assert.Contains("5 codes in 1 steps", Refused(() => onnx.Interpolate(onnx.Codes(0, 5), 1)));
        Assert.Contains("at least one", Refused(() => onnx.Codes(0, 0)));
        Assert.Contains("a multiple of 16", Refused(() => model.Map(new float[17])));
        Assert.Contains("for this model", Refused(() => bundled.Synthesize(onnx.Codes(0))));
        Assert.Contains("composition mask", Refused(() => model.Synthesize(onnx.Codes(0), compositionMask: new float[3])));
        Assert.Contains("coordinates", Refused(() => model.Synthesize(onnx.Codes(0), new float[5])));
        Assert.Contains("unknown part 'nose'", Refused(() => onnx.Mix(onnx.Codes(0), onnx.Codes(1), "nose")));
        onnx.Codes(0).Write(folder.File("codes.npy"));
        Assert.Contains("for this model", Refused(() => CodeArray.Read(folder.File("codes.npy"), bundled.Config)));
        File.WriteAllText(folder.File("x.direction"), "not a direction at all");
        Assert.Contains("no direction file", Refused(() => OnnxDirection.Load(folder.File("x.direction"), model)));
    }

    [Fact]
    public void Parts_of_the_mask_style_architecture_are_mixed_and_switched_off_but_not_moved()
    {
        using MaskStyleModel original = new();
        OnnxExport.Write(original.Model, folder.File("masks"));
        using OnnxModel exported = OnnxModel.Open(folder.File("masks"), threads: 1);
        OnnxSynthesizer parts = new(exported);
        CodeArray mixed = parts.Mix(from: parts.Codes(1), into: parts.Codes(2), "hair");
        LatentCode latents = original.Generator.Latents;
        Tensor expected = PartMixing.Matrix(latents.Broadcast(original.Synthesizer.Codes(2, 1, 0.7)), latents.Broadcast(original.Synthesizer.Codes(1, 1, 0.7)), PartSelection.Parse("hair", PartCode.Both, original.Model));
        AssertSame(original.Synthesizer.Pictures(expected)[0], parts.Generate(mixed)[0]);
        Assert.DoesNotContain((byte)TinyModel.Layout.IndexOf("hair"), parts.Components(mixed, "background,face")[0].Labels.Classes);
        Assert.Contains("mask-style", Refused(() => parts.Transform(mixed, "hair", PartTransform.None)));
    }

    [Theory]
    [InlineData("the operator set of a later time", "can't load it", "--opset")]
    [InlineData("another format", "another kind", "export onnx")]
    [InlineData("other sizes", "input 'z' of [-1, 16], expected [-1, 32]", "export it anew")]
    [InlineData("no sizes", "'config' in the metadata", "missing")]
    [InlineData("half of the file", "can't load it", "export onnx")]
    public void Files_that_were_changed_are_refused_in_one_line(string change, params string[] said)
    {
        string file = folder.File("synthesis.onnx");
        ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        StringStringEntryProto Entry(string key) => proto.MetadataProps.Single(m => m.Key == key);
        if (change == "the operator set of a later time") proto.OpsetImport[0].Version = 99;
        else if (change == "another format") Entry("format").Value = "something";
        else if (change == "other sizes") Entry("config").Value = Entry("config").Value.Replace("\"styleSize\":16", "\"styleSize\":32", StringComparison.Ordinal);
        else if (change == "no sizes") proto.MetadataProps.Remove(Entry("config"));
        byte[] bytes = proto.ToByteArray();
        File.WriteAllBytes(file, change == "half of the file" ? bytes[..(bytes.Length / 2)] : bytes);
        string message = Refused(() => OnnxModel.Open(folder.Path));
        Assert.All(said, s => Assert.Contains(s, message));
    }

    private static string Refused(Action action)
    {
        string message = Assert.ThrowsAny<InputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static void AssertClose(Tensor expected, CodeArray actual)
    {
        Assert.Equal((long[])[actual.Count, actual.Slots, actual.Size], expected.shape);
        Assert.InRange((expected.reshape(-1) - tensor(actual.Values.ToArray())).abs().max().ToDouble(), 0, 1e-4);
    }

    // Values next to a rounding step may fall on its other side.
    private static void AssertSame(Picture expected, Picture actual)
    {
        Assert.InRange(expected.Image.Pixels.Zip(actual.Image.Pixels, (a, b) => Math.Abs(a - b)).Max(), 0, 1);
        Assert.True(expected.Labels.Classes.Zip(actual.Labels.Classes, (a, b) => a == b ? 1.0 : 0).Average() > 0.995);
    }
}
