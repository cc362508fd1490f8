using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The colours of one face and how they are lightened and shaded.</summary>
internal sealed class FacePalette
{
    private static readonly uint[] SkinTones = [0xFFFCE4D4, 0xFFF7D5BD, 0xFFEFC3A1, 0xFFE0AA80, 0xFFCB9064, 0xFFAE744B, 0xFF8B5737, 0xFF6B4029, 0xFF543122];
    private static readonly uint[] HairTones = [0xFF26212A, 0xFF422D26, 0xFF6F4A33, 0xFF8B422B, 0xFFC5622F, 0xFFA98052, 0xFFE0B669, 0xFFEFE0BE, 0xFF8E9098, 0xFFE3E3E8, 0xFFEB86A6, 0xFF4874C6, 0xFF2F9E9C, 0xFF8458B4];
    private static readonly uint[] IrisTones = [0xFF4A2C1C, 0xFF7A4A28, 0xFF8E7A3A, 0xFF4F8A5B, 0xFF4A86C0, 0xFF8796A4];

    public FacePalette(FaceFactors f)
    {
        float place = f.SkinTone * (SkinTones.Length - 1);
        int below = Math.Min((int)place, SkinTones.Length - 2);
        SKColor skin = Mix(SkinTones[below], SkinTones[below + 1], place - below);
        Skin = Mix(skin, f.SkinWarmth < 0 ? 0xFFE58F86 : 0xFFC9A24E, MathF.Abs(f.SkinWarmth) * 0.13f);
        SkinShade = Mix(Multiply(Skin, 0xFFE2B4AA), Multiply(Skin, 0xFFB4787A), 0.15f + 0.6f * f.Contrast);
        SkinDeep = Multiply(SkinShade, 0xFFC08A88);
        SkinLight = Mix(Skin, 0xFFFFF3E2, 0.18f + 0.28f * f.Contrast * (1 - 0.35f * f.SkinTone));
        Blush = Mix(Skin, f.SkinTone > 0.6f ? 0xFFB0413A : 0xFFEF6A66, 0.6f);
        SKColor hair = HairTones[(int)f.HairColor];
        Hair = f.HairLightness > 0 ? Mix(hair, 0xFFFFE9CC, f.HairLightness * 0.14f) : Mix(hair, 0xFF150D10, -f.HairLightness * 0.2f);
        HairLight = Mix(Mix(Hair, 0xFFFFE3C0, 0.26f), Saturated(Hair), 0.35f);
        // Light hair has soft shades; on dark hair they would not be seen.
        float pale = MathF.Pow((Hair.Red + Hair.Green + Hair.Blue) / 765f, 1.2f);
        HairShade = Multiply(Hair, Mix(0xFF927A82, 0xFFD6C6C0, pale));
        HairDeep = Multiply(Hair, Mix(0xFF665058, 0xFFAE9890, pale));
        Brow = f.HairColor switch
        {
            HairColor.Platinum or HairColor.White => Mix(hair, 0xFF7A6048, 0.55f),
            HairColor.Blond => 0xFF9A7442,
            HairColor.Pink or HairColor.Blue or HairColor.Teal or HairColor.Purple => Mix(0xFF3A2722, hair, 0.3f),
            _ => Multiply(hair, 0xFFC8B4B4),
        };
        Iris = IrisTones[(int)f.EyeColor];
        SKColor naturalLip = Mix(Multiply(Skin, 0xFFD88A88), 0xFFC65B5E, 0.32f);
        Lip = Mix(naturalLip, SKColor.FromHsl(f.MakeupHue, 62, 34 + 18 * (1 - f.SkinTone)), f.Makeup * 0.85f);
        EyeShadow = SKColor.FromHsl((f.MakeupHue + 300) % 360, 32, 36);
    }

    public SKColor Skin { get; }
    public SKColor SkinLight { get; }
    public SKColor SkinShade { get; }
    public SKColor SkinDeep { get; }
    public SKColor Blush { get; }
    public SKColor Hair { get; }
    public SKColor HairLight { get; }
    public SKColor HairShade { get; }
    public SKColor HairDeep { get; }
    public SKColor Brow { get; }
    public SKColor Iris { get; }
    public SKColor Lip { get; }
    public SKColor EyeShadow { get; }

    public static SKColor Mix(SKColor a, SKColor b, float t) => new(
        (byte)(a.Red + (b.Red - a.Red) * t + 0.5f),
        (byte)(a.Green + (b.Green - a.Green) * t + 0.5f),
        (byte)(a.Blue + (b.Blue - a.Blue) * t + 0.5f),
        (byte)(a.Alpha + (b.Alpha - a.Alpha) * t + 0.5f));

    public static SKColor Multiply(SKColor a, SKColor b) =>
        new((byte)(a.Red * b.Red / 255), (byte)(a.Green * b.Green / 255), (byte)(a.Blue * b.Blue / 255), a.Alpha);

    /// <summary>A colour with an opacity of 0 … 1.</summary>
    public static SKColor Fade(SKColor color, float opacity) => color.WithAlpha((byte)(Math.Clamp(opacity, 0, 1) * 255));

    /// <summary>A colour of a hue in degrees and of saturation and lightness in 0 … 1.</summary>
    public static SKColor Hsl(float hue, float saturation, float lightness) =>
        SKColor.FromHsl((hue % 360 + 360) % 360, Math.Clamp(saturation, 0, 1) * 100, Math.Clamp(lightness, 0, 1) * 100);

    private static SKColor Saturated(SKColor color)
    {
        color.ToHsl(out float hue, out float saturation, out float lightness);
        return SKColor.FromHsl(hue, MathF.Min(100, saturation * 1.25f), MathF.Min(92, lightness * 1.35f + 5));
    }
}
