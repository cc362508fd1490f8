using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

public sealed class OfficialNamesTests
{
    [Theory]
    [InlineData("small", "g.", 180)]
    [InlineData("small", "d.", 52)]
    [InlineData("detached", "g.", 170)]
    [InlineData("detached", "d.", 66)]
    public void Official_to_stacked_to_official_is_the_identity_bit_for_bit_and_keeps_the_order(string set, string prefix, int count)
    {
        using var scope = NewDisposeScope();
        using TensorFile file = Safetensors.Read(Parity.Path($"{set}/weights.safetensors"));
        Dictionary<string, Tensor> official = file.WithPrefix(prefix);
        Assert.Equal(count, official.Count);

        OfficialNames names = OfficialNames.For(official, "test");
        Dictionary<string, Tensor> native = names.ToNative(official, "test");
        Assert.True(native.Count < official.Count);
        Dictionary<string, Tensor> back = OfficialNames.For(native, "test").ToOfficial(native, "test");

        Parity.AssertSame(official, back);
        Assert.Equal(official.Keys, back.Keys);
        Assert.Equal(official.Keys, names.All);
    }

    [Fact]
    public void Stacked_tensors_have_the_slices_of_the_parts_and_layers_in_their_places()
    {
        using var scope = NewDisposeScope();
        using TensorFile file = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        Dictionary<string, Tensor> official = file.WithPrefix("g.");
        Dictionary<string, Tensor> native = OfficialNames.For(official, "test").ToNative(official, "test");

        Assert.Equal([5L, 4L, 12L, 12L], native["local.weight"].shape);
        Assert.Equal([5L, 4L, 12L, 24L], native["local.affine_weight"].shape);
        Assert.Equal([4L, 12L], native["depth.weight"].shape);
        Assert.Equal([4L], native["depth.bias"].shape);
        Assert.Equal([5L, 20L, 12L], native["feature.weight"].shape);
        Assert.Equal([12L, 22L], native["fourier.weight"].shape);
        Assert.Equal([44L], native["render.convolutions.4.scale"].shape);
        Assert.Equal([5L], native["render.mask_heads.2.bias"].shape);
        Parity.AssertSame(official["local_nets.3.linears.2.conv.weight"].reshape(12, 12), native["local.weight"][3, 2], "local.weight");
        Parity.AssertSame(official["local_nets.3.to_depth.conv.weight"].reshape(12), native["depth.weight"][2], "depth.weight");
        Parity.AssertSame(official["style.3.weight"], native["mapping.2.weight"], "mapping.2.weight");
        Parity.AssertSame(official["render_net.noises.noise_5"], native["render.convolutions.5.noise"], "noise");
    }

    [Theory]
    [InlineData("g.", "grad_g_adversarial_mask.")]
    [InlineData("d.", "grad_d_adversarial.")]
    public void Gradients_convert_like_values(string network, string prefix)
    {
        using var scope = NewDisposeScope();
        using TensorFile weights = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        using TensorFile file = Safetensors.Read(Parity.Path("small/gradients.safetensors"));
        OfficialNames names = OfficialNames.For(weights.WithPrefix(network), "test");
        Dictionary<string, Tensor> gradients = file.WithPrefix(prefix);
        Assert.Equal(names.Parameters.Order(), gradients.Keys.Order());

        Dictionary<string, Tensor> native = names.ToNative(gradients, "test", parametersOnly: true);
        Parity.AssertSame(gradients, names.ToOfficial(native, "test", parametersOnly: true));
    }

    [Fact]
    public void Missing_and_unknown_names_are_named()
    {
        using var scope = NewDisposeScope();
        using TensorFile file = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        Dictionary<string, Tensor> official = file.WithPrefix("g.");
        OfficialNames names = OfficialNames.For(official, "test");
        official.Remove("local_nets.1.to_depth.conv.weight", out Tensor? taken);
        official["local_nets.1.to_depth.weight"] = taken!;

        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => names.ToNative(official, "x.pt: g_ema"));
        Assert.StartsWith("x.pt: g_ema: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("missing: 'local_nets.1.to_depth.conv.weight'", e.Message, StringComparison.Ordinal);
        Assert.Contains("unknown: 'local_nets.1.to_depth.weight'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_blur_kernel_and_another_shape_are_refused()
    {
        using var scope = NewDisposeScope();
        using TensorFile file = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        Dictionary<string, Tensor> official = file.WithPrefix("d.");
        OfficialNames names = OfficialNames.For(official, "test");
        official["convs_img.1.skip.0.kernel"] = ones(4, 4);
        Assert.Contains("convs_img.1.skip.0.kernel", Assert.Throws<CheckpointFormatException>(() => names.ToNative(official, "test")).Message, StringComparison.Ordinal);

        Dictionary<string, Tensor> generator = file.WithPrefix("g.");
        names = OfficialNames.For(generator, "test");
        generator["local_nets.1.linears.0.activate.bias"] = zeros(13);
        Assert.Contains("local.bias", Assert.Throws<CheckpointFormatException>(() => names.ToNative(generator, "test")).Message, StringComparison.Ordinal);
        generator["local_nets.1.linears.0.activate.bias"] = zeros(12);
        generator["pos_embed.weights"] = zeros(12, 22);
        Assert.Contains("pos_embed.weights", Assert.Throws<CheckpointFormatException>(() => names.ToNative(generator, "test")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_something_else_are_refused()
    {
        using Tensor tensor = zeros(1);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() =>
            OfficialNames.For(new Dictionary<string, Tensor> { ["conv1.weight"] = tensor }, "x.pt"));
        Assert.Contains("'conv1.weight'", e.Message, StringComparison.Ordinal);
    }
}
