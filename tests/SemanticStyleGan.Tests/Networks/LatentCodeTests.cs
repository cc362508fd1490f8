using FsCheck.Xunit;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class LatentCodeTests
{
    private static readonly GeneratorConfig Config = new() { StyleSize = 4 };
    private static readonly LatentCode Latents = new(Config);

    [Fact]
    public void A_change_of_one_slot_reaches_only_the_layers_of_its_part()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor code = zeros(1, Config.LatentSlots, 4);
        int hair = SemanticLayout.Faces.IndexOf("hair");
        code[0, Latents.Slot("hair.texture", SemanticLayout.Faces)] = 1;
        Tensor layers = Latents.Expand(code).view(Config.Parts, Config.LocalLayers, 4).sum(2);
        for (int part = 0; part < Config.Parts; part++)
            for (int layer = 0; layer < Config.LocalLayers; layer++)
                Assert.Equal(part == hair && layer >= Config.DepthLayers ? 4 : 0, layers[part, layer].item<float>());
    }

    [Fact]
    public void The_base_code_reaches_the_first_layers_of_all_parts_but_the_background()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor code = zeros(1, Config.LatentSlots, 4);
        code[0, 0] = 1;
        Tensor layers = Latents.Expand(code).view(Config.Parts, Config.LocalLayers, 4).sum(2);
        Assert.Equal(0, layers[0].sum().item<float>());
        Assert.Equal(4 * (Config.Parts - 1), layers.sum().item<float>());
        Assert.Equal(4 * (Config.Parts - 1), layers.select(1, 0).sum().item<float>());
    }

    [Fact]
    public void Slot_names_and_slots_are_inverse()
    {
        for (int slot = 0; slot < Config.LatentSlots; slot++)
            Assert.Equal(slot, Latents.Slot(Latents.SlotName(slot, SemanticLayout.Faces), SemanticLayout.Faces));
        Assert.Contains("base.0", Assert.Throws<InputException>(() => Latents.Slot("base.7", SemanticLayout.Faces)).Message);
    }

    [Property(MaxTest = 50)]
    public void Mixing_takes_base_slots_from_the_first_and_never_shape_alone_from_the_second(ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new(seed);
        Tensor mixed = Latents.Mix(zeros(3, 4), ones(3, 4), randint(0, 3, [3, Config.Parts], generator: random))[TensorIndex.Colon, TensorIndex.Colon, 0]; // [3, slots] of 0 (first) and 1 (second)
        Assert.Equal(0, mixed.narrow(1, 0, Config.BaseLayers).sum().item<float>());
        Tensor parts = mixed.narrow(1, Config.BaseLayers, 2 * Config.Parts).reshape(3, Config.Parts, 2);
        Assert.True(parts.select(2, 0).le(parts.select(2, 1)).all().item<bool>());
    }

    [Fact]
    public void The_three_ways_of_mixing_are_first_alone_texture_from_the_second_and_second_alone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor choice = tensor(Enumerable.Range(0, Config.Parts).Select(part => part % 3f).ToArray()).unsqueeze(0);
        Tensor mixed = Latents.Mix(zeros(1, 4), ones(1, 4), choice)[0, TensorIndex.Colon, 0];
        for (int part = 0; part < Config.Parts; part++)
            Assert.Equal((part % 3) switch { 0 => (0f, 0f), 1 => (0f, 1f), _ => (1f, 1f) }, (mixed[Latents.ShapeSlot(part)].item<float>(), mixed[Latents.TextureSlot(part)].item<float>()));
    }

    [Fact]
    public void Codes_of_another_shape_are_refused_with_the_shapes_that_fit()
    {
        InputException e = Assert.Throws<InputException>(() => Latents.Expand(zeros(2, 5, 4)));
        Assert.Contains("[2, 5, 4]", e.Message);
        Assert.Contains("[N, 28, 4]", e.Message);
    }
}
