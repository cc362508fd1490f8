namespace SemanticStyleGan.Data.Faces;

/// <summary>
/// Everything that decides how a drawn face looks. Lengths are in units of the image's width at <see cref="Scale"/> 1; the head is about 0.46 wide.
/// </summary>
public sealed record FaceFactors
{
    /// <summary>Seeds the details without a factor of their own: single strands, freckles, discs of light.</summary>
    public ulong DetailSeed { get; init; }

    /// <summary>From angular (0) to soft (1) looks; other factors (beard, make-up, hair style, jaw) are drawn depending on it.</summary>
    public float Softness { get; init; } = 0.5f;

    /// <summary>From young (0) to old (1): lines around eyes, nose and mouth from 0.5 on, grey hair more often from 0.78 on.</summary>
    public float Age { get; init; } = 0.3f;

    /// <summary>Turn of the head in radians, positive to the image's right.</summary>
    public float Yaw { get; init; }

    /// <summary>Nod of the head in radians, positive downwards.</summary>
    public float Pitch { get; init; }

    /// <summary>Tilt of the head in radians, positive clockwise.</summary>
    public float Roll { get; init; }

    /// <summary>Shift of the figure to the right.</summary>
    public float ShiftX { get; init; }

    /// <summary>Shift of the figure downwards.</summary>
    public float ShiftY { get; init; }

    /// <summary>Size of the figure.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Where the light comes from, −1 (left) … 1 (right).</summary>
    public float Light { get; init; } = -0.6f;

    /// <summary>Strength of light and shade, 0 … 1.</summary>
    public float Contrast { get; init; } = 0.5f;

    /// <summary>What is behind the head.</summary>
    public BackdropStyle Backdrop { get; init; }

    /// <summary>Hue of the backdrop in degrees.</summary>
    public float BackdropHue { get; init; } = 210;

    /// <summary>From the backdrop's first hue to its second, in degrees.</summary>
    public float BackdropSpread { get; init; } = 30;

    /// <summary>Saturation of the backdrop, 0 … 1.</summary>
    public float BackdropSaturation { get; init; } = 0.4f;

    /// <summary>Lightness of the backdrop, 0 … 1.</summary>
    public float BackdropLightness { get; init; } = 0.75f;

    /// <summary>From light (0) to dark (1) skin.</summary>
    public float SkinTone { get; init; } = 0.2f;

    /// <summary>From rosy (−1) to olive (1) skin.</summary>
    public float SkinWarmth { get; init; }

    /// <summary>Redness of the cheeks, 0 … 1.</summary>
    public float Blush { get; init; } = 0.4f;

    /// <summary>Share of the possible freckles, 0 … 1; 0 for most faces.</summary>
    public float Freckles { get; init; }

    /// <summary>Lipstick and eye shadow, 0 (none) … 1.</summary>
    public float Makeup { get; init; }

    /// <summary>Hue of lipstick and eye shadow in degrees.</summary>
    public float MakeupHue { get; init; } = 350;

    /// <summary>The beard.</summary>
    public BeardStyle Beard { get; init; }

    /// <summary>Width of the face at the cheekbones, about 1.</summary>
    public float FaceWidth { get; init; } = 1;

    /// <summary>Length of the face below the eyes, about 1.</summary>
    public float FaceLength { get; init; } = 1;

    /// <summary>Width of the jaw, about 1.</summary>
    public float JawWidth { get; init; } = 1;

    /// <summary>From pointed (0) to broad (1) chin.</summary>
    public float ChinWidth { get; init; } = 0.5f;

    /// <summary>Half the width of an eye.</summary>
    public float EyeSize { get; init; } = 0.056f;

    /// <summary>Height of a wide-open eye over its width.</summary>
    public float EyeRoundness { get; init; } = 0.66f;

    /// <summary>How far outer corners stand above inner ones, over the eye's width.</summary>
    public float EyeTilt { get; init; } = 0.05f;

    /// <summary>From the middle of the face to the middle of an eye.</summary>
    public float EyeSpacing { get; init; } = 0.1f;

    /// <summary>0 (closed) … 1 (wide open).</summary>
    public float EyeOpenness { get; init; } = 0.85f;

    /// <summary>Where the eyes look, −1 (left) … 1 (right).</summary>
    public float GazeX { get; init; }

    /// <summary>Where the eyes look, −1 (up) … 1 (down).</summary>
    public float GazeY { get; init; }

    /// <summary>The irises' colour.</summary>
    public EyeColor EyeColor { get; init; }

    /// <summary>Height of the fold above the upper lid, 0 (hidden) … 1 (high).</summary>
    public float LidFold { get; init; } = 0.6f;

    /// <summary>Length of the lashes, 0 … 1.</summary>
    public float Lashes { get; init; } = 0.4f;

    /// <summary>Thickness of the brows.</summary>
    public float BrowThickness { get; init; } = 0.02f;

    /// <summary>Bend of the brows, 0 (straight) … 1.</summary>
    public float BrowArch { get; init; } = 0.5f;

    /// <summary>Slope of the brows, positive when their inner ends are low (stern), negative when high (worried).</summary>
    public float BrowTilt { get; init; }

    /// <summary>Height of the brows above their lowest place.</summary>
    public float BrowHeight { get; init; } = 0.01f;

    /// <summary>Half the width of the nose at its wings.</summary>
    public float NoseWidth { get; init; } = 0.042f;

    /// <summary>From the eye line to the lower end of the nose.</summary>
    public float NoseLength { get; init; } = 0.125f;

    /// <summary>Half the width of the bridge of the nose.</summary>
    public float NoseBridge { get; init; } = 0.018f;

    /// <summary>Half the width of the mouth.</summary>
    public float MouthWidth { get; init; } = 0.09f;

    /// <summary>−0.5 (sad) … 1 (broad smile).</summary>
    public float Smile { get; init; } = 0.4f;

    /// <summary>0 (closed) … 1 (wide open, teeth visible).</summary>
    public float MouthOpenness { get; init; }

    /// <summary>Fullness of the lips, 0 … 1.</summary>
    public float LipFullness { get; init; } = 0.5f;

    /// <summary>Size of the ears, about 1.</summary>
    public float EarSize { get; init; } = 1;

    /// <summary>How far the ears stand off, 0 … 1.</summary>
    public float EarProtrusion { get; init; } = 0.4f;

    /// <summary>Cut of the hair.</summary>
    public HairStyle Hair { get; init; } = HairStyle.SidePart;

    /// <summary>Colour of the hair.</summary>
    public HairColor HairColor { get; init; } = HairColor.Brown;

    /// <summary>Darker (−1) or lighter (1) than the named colour.</summary>
    public float HairLightness { get; init; }

    /// <summary>Volume of the hair, 0 … 1.</summary>
    public float HairVolume { get; init; } = 0.5f;

    /// <summary>Length of the hair within its style, 0 … 1.</summary>
    public float HairLength { get; init; } = 0.5f;

    /// <summary>Side of the parting, −1 (left) … 1 (right).</summary>
    public float HairPart { get; init; } = 0.4f;

    /// <summary>Whether long hair is tucked behind the ears.</summary>
    public bool HairTucked { get; init; }

    /// <summary>Width of the neck, about 1.</summary>
    public float NeckWidth { get; init; } = 1;

    /// <summary>Width of the shoulders, about 1.</summary>
    public float Shoulders { get; init; } = 1;

    /// <summary>What is worn.</summary>
    public ClothStyle Cloth { get; init; }

    /// <summary>Hue of the clothes in degrees.</summary>
    public float ClothHue { get; init; } = 220;

    /// <summary>Saturation of the clothes, 0 … 1.</summary>
    public float ClothSaturation { get; init; } = 0.5f;

    /// <summary>Lightness of the clothes, 0 … 1.</summary>
    public float ClothLightness { get; init; } = 0.45f;

    /// <summary>Whether the clothes are striped.</summary>
    public bool ClothStripes { get; init; }

    /// <summary>The hat.</summary>
    public HatStyle Hat { get; init; }

    /// <summary>Hue of the hat in degrees.</summary>
    public float HatHue { get; init; }

    /// <summary>Lightness of the hat, 0 … 1.</summary>
    public float HatLightness { get; init; } = 0.45f;

    /// <summary>The glasses.</summary>
    public GlassesStyle Glasses { get; init; }

    /// <summary>Hue of the glasses' rims in degrees; a twelfth of the circle around 0 stands for black.</summary>
    public float GlassesHue { get; init; }

    /// <summary>The earrings.</summary>
    public EarringStyle Earring { get; init; }

    /// <summary>Hue of the earrings in degrees, 45 for gold.</summary>
    public float EarringHue { get; init; } = 45;

    /// <summary>The factors of one face: the same for the same numbers, independent between indices.</summary>
    /// <param name="seed">Names the set of faces.</param>
    /// <param name="index">The face's place in the set, from 0.</param>
    public static FaceFactors Sample(int seed, int index) => FaceSampler.Sample(seed, index);
}
