using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

public sealed class PyTorchCheckpointTests
{
    [Theory]
    [InlineData("small", 180, 52, 156, 40)]
    [InlineData("detached", 170, 66, 148, 50)]
    public void The_authors_checkpoint_has_its_networks_optimisers_and_arguments(string set, int g, int d, int gParameters, int dParameters)
    {
        using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(Parity.Path($"{set}/000003.pt"));
        using TensorFile weights = Safetensors.Read(Parity.Path($"{set}/weights.safetensors"));
        Assert.Equal(weights.WithPrefix("g.").Keys, checkpoint.Generator!.Keys);
        Assert.Equal(weights.WithPrefix("d.").Keys, checkpoint.Discriminator!.Keys);
        Assert.Equal((g, d, g), (checkpoint.Generator.Count, checkpoint.Discriminator.Count, checkpoint.AverageGenerator!.Count));
        Assert.Equal(3, PyTorchCheckpoint.IterationOf(Parity.Path($"{set}/000003.pt")));

        AssertOptimizer(checkpoint.GeneratorOptimizer!, checkpoint.Generator, gParameters, 0.0016, Math.Pow(0.99, 0.8));
        AssertOptimizer(checkpoint.DiscriminatorOptimizer!, checkpoint.Discriminator, dParameters, 0.002 * 16 / 17, Math.Pow(0.99, 16.0 / 17));
        Assert.Equal(15, checkpoint.Arguments.Count);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("detached")]
    public void The_architecture_is_read_from_tensors_and_arguments(string set)
    {
        using var scope = NewDisposeScope();
        using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(Parity.Path($"{set}/000003.pt"), PyTorchMembers.AverageGenerator);
        Dictionary<string, Tensor> native = OfficialNames.For(checkpoint.AverageGenerator!, "test").ToNative(checkpoint.AverageGenerator!, "test");
        OfficialArchitecture all = OfficialArchitecture.Infer(native, checkpoint.Arguments, "test");
        bool small = set == "small";
        Assert.Equal(
            small ? (32, 24, 3, 5, 4, 1, 3, 12, 20, 16, 4, 2.0, 24) : (64, 32, 2, 4, 5, 2, 4, 16, 24, 16, 8, 1.0, 16),
            (all.ImageSize, all.StyleSize, all.MappingLayers, all.Parts, all.LocalLayers, all.BaseLayers, all.DepthLayers, all.LocalChannels,
             all.CoarseChannels, all.CoarseSize, all.MinFeatureSize, all.ChannelMultiplier, all.MaxChannels));
        Assert.Equal((small, !small), (all.ResidualRefinement, all.DetachTexture));
        Assert.Equal(small ? [3] : [], all.TransparentParts);
        Assert.Empty(all.Assumed);

        OfficialArchitecture bare = OfficialArchitecture.Infer(native, new Dictionary<string, object?>(), "test");
        Assert.Equal((all.ImageSize, all.CoarseSize, all.MinFeatureSize, all.MaxChannels), (bare.ImageSize, bare.CoarseSize, bare.MinFeatureSize, bare.MaxChannels));
        Assert.Equal(["base_layers", "depth_layers", "residual_refine", "detach_texture", "transparent_dims"], bare.Assumed);

        var wrong = checkpoint.Arguments.ToDictionary();
        wrong["latent"] = 512L;
        Assert.Contains("'latent' is 512", Assert.Throws<CheckpointFormatException>(() => OfficialArchitecture.Infer(native, wrong, "x.pt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_asked_for_is_loaded()
    {
        // Of this thread: other tests run beside.
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"), PyTorchMembers.AverageGenerator);
        Assert.Null(checkpoint.Generator);
        Assert.Null(checkpoint.GeneratorOptimizer);
        Assert.Equal(180, checkpoint.AverageGenerator!.Count);
        Assert.Equal(180, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before);
        Assert.Equal(32L, checkpoint.Arguments["size"]);
        Assert.Equal([3L], Assert.IsAssignableFrom<IEnumerable<object?>>(checkpoint.Arguments["transparent_dims"]));
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        using TemporaryFolder folder = new();
        using PyTorchCheckpoint original = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        original.Write(folder.File("000007.pt"));
        using PyTorchCheckpoint read = PyTorchCheckpoint.Read(folder.File("000007.pt"));
        AssertSame(original, read);
        Assert.Equal(7, PyTorchCheckpoint.IterationOf(folder.File("000007.pt")));
    }

    [Fact]
    public void A_file_with_the_averaged_generator_alone_or_its_bare_state_dict_is_read()
    {
        using TemporaryFolder folder = new();
        using PyTorchCheckpoint original = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        new PyTorchCheckpoint { AverageGenerator = original.AverageGenerator }.Write(folder.File("a.pt"));
        PickleDict state = new() { IsOrdered = true };
        foreach ((string name, Tensor tensor) in original.AverageGenerator!) state.Set(name, tensor);
        PyTorchWriter.Write(folder.File("b.pt"), state);
        foreach (string name in (string[])["a.pt", "b.pt"])
        {
            using PyTorchCheckpoint read = PyTorchCheckpoint.Read(folder.File(name));
            Assert.Null(read.Generator);
            Assert.Null(read.Discriminator);
            Assert.Null(read.GeneratorOptimizer);
            Assert.Empty(read.Arguments);
            Parity.AssertSame(original.AverageGenerator, read.AverageGenerator!);
        }
    }

    [Fact]
    public void The_same_checkpoint_gives_the_same_bytes_with_data_at_multiples_of_64()
    {
        using TemporaryFolder folder = new();
        using PyTorchCheckpoint original = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        original.Write(folder.File("a.pt"));
        byte[] first = File.ReadAllBytes(folder.File("a.pt"));
        original.Write(folder.File("a.pt"));
        Assert.Equal(first, File.ReadAllBytes(folder.File("a.pt")));

        byte[] local = [(byte)'P', (byte)'K', 3, 4];
        int entries = 0;
        for (int at = 0; first.AsSpan(at).StartsWith(local); entries++)
        {
            int data = at + 30 + BitConverter.ToUInt16(first, at + 26) + BitConverter.ToUInt16(first, at + 28);
            Assert.Equal(0, data % 64);
            at = data + BitConverter.ToInt32(first, at + 18);
        }
        Assert.Equal(180 + 52 + 180 + 3 * (156 + 40) + 4, entries);
    }

    [Fact]
    public void Large_file_fields_are_read_by_others()
    {
        using TemporaryFolder folder = new();
        using (FileStream stream = File.Create(folder.File("a.zip")))
        {
            StoredZip zip = new(stream, zip64From: 0);
            zip.Add("a/one", "first"u8);
            zip.Add("a/two", "second"u8);
            zip.Finish();
        }
        using var archive = System.IO.Compression.ZipFile.OpenRead(folder.File("a.zip"));
        Assert.Equal(["a/one 5", "a/two 6"], archive.Entries.Select(e => $"{e.FullName} {e.Length}"));
        using StreamReader reader = new(archive.Entries[1].Open());
        Assert.Equal("second", reader.ReadToEnd());
    }

    [Fact]
    public void PyTorch_reads_what_is_written()
    {
        using TemporaryFolder folder = new();
        using PyTorchCheckpoint original = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        original.Write(folder.File("000003.pt"));
        new PyTorchCheckpoint
        {
            Generator = original.Generator,
            Discriminator = original.Discriminator,
            AverageGenerator = original.AverageGenerator,
        }.Write(folder.File("weights.pt"));
        string output = PythonTorch.Run($$"""
            import torch
            a = torch.load('{{Parity.Path("small/000003.pt")}}')
            b = torch.load('{{folder.File("000003.pt")}}')
            c = torch.load('{{folder.File("weights.pt")}}', weights_only=True)
            assert list(a) == list(b), (list(a), list(b))
            assert vars(a['args']) == vars(b['args']), b['args']
            for other in (b, c):
                for part in ('g', 'd', 'g_ema'):
                    assert list(a[part]) == list(other[part])
                    assert type(other[part]).__name__ == 'OrderedDict'
                    for name in a[part]:
                        assert a[part][name].dtype == other[part][name].dtype and torch.equal(a[part][name], other[part][name]), name
                for part in ('g_optim', 'd_optim') if other is b else ():
                    assert a[part]['param_groups'] == other[part]['param_groups']
                    assert list(a[part]['state']) == list(other[part]['state'])
                    for index in a[part]['state']:
                        for key in ('step', 'exp_avg', 'exp_avg_sq'):
                            assert torch.equal(a[part]['state'][index][key], other[part]['state'][index][key])
            parameters = [torch.nn.Parameter(b['d'][n]) for n in b['d'] if 'kernel' not in n]
            torch.optim.Adam(parameters).load_state_dict(b['d_optim'])
            print('the same')
            """);
        Assert.Equal("the same", output.Trim());
    }

    private static void AssertOptimizer(OfficialOptimizer optimizer, IReadOnlyDictionary<string, Tensor> network, int parameters, double rate, double beta2)
    {
        Assert.Equal(parameters, optimizer.FirstMoments.Count);
        Assert.Equal((rate, 0.0, 1e-8), (optimizer.LearningRate, optimizer.Beta1, optimizer.Epsilon), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2 && a.Item3 == b.Item3);
        Assert.Equal(beta2, optimizer.Beta2, 12);
        Assert.All(optimizer.Steps.Values, step => Assert.Equal(3, step));
        foreach ((string name, Tensor moment) in optimizer.FirstMoments)
        {
            Assert.Equal(network[name].shape, moment.shape);
            Assert.Equal(network[name].shape, optimizer.SecondMoments[name].shape);
        }
        OfficialNames names = OfficialNames.For(network, "test");
        using var scope = NewDisposeScope();
        Assert.Equal(optimizer.SecondMoments.Keys.Order(), names.ToOfficial(names.ToNative(optimizer.SecondMoments, "test", parametersOnly: true), "test", parametersOnly: true).Keys.Order());
    }

    private static void AssertSame(PyTorchCheckpoint expected, PyTorchCheckpoint actual)
    {
        Parity.AssertSame(expected.Generator!, actual.Generator!);
        Parity.AssertSame(expected.Discriminator!, actual.Discriminator!);
        Parity.AssertSame(expected.AverageGenerator!, actual.AverageGenerator!);
        foreach ((OfficialOptimizer a, OfficialOptimizer b) in new[] { (expected.GeneratorOptimizer!, actual.GeneratorOptimizer!), (expected.DiscriminatorOptimizer!, actual.DiscriminatorOptimizer!) })
        {
            Parity.AssertSame(a.FirstMoments, b.FirstMoments);
            Parity.AssertSame(a.SecondMoments, b.SecondMoments);
            Assert.Equal(a.Steps, b.Steps);
            Assert.Equal((a.LearningRate, a.Beta1, a.Beta2, a.Epsilon), (b.LearningRate, b.Beta1, b.Beta2, b.Epsilon));
        }
        Assert.Equal(expected.Arguments.Keys, actual.Arguments.Keys);
        foreach ((string name, object? value) in expected.Arguments) Assert.Equivalent(value, actual.Arguments[name]);
    }
}
