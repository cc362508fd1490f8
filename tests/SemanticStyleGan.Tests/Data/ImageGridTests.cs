using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class ImageGridTests
{
    private static RgbImage Plain(byte value)
    {
        RgbImage image = new(3, 2);
        Array.Fill(image.Pixels, value);
        return image;
    }

    [Fact]
    public void Cells_are_placed_row_by_row_with_gaps_between_them()
    {
        RgbImage grid = ImageGrid.Compose([Plain(10), Plain(20), Plain(30)], columns: 2, gap: 1, scale: 2);
        Assert.Equal((13, 9), (grid.Width, grid.Height));
        byte At(int x, int y) => grid.Pixels[3 * (y * 13 + x)];
        Assert.Equal([10, 10, 20, 20, 30, 30], [At(0, 0), At(5, 3), At(7, 0), At(12, 3), At(0, 5), At(5, 8)]);
        Assert.Equal([255, 255, 255], [At(6, 0), At(0, 4), At(7, 5)]);
    }

    [Fact]
    public void A_contact_sheet_shows_images_beside_masks_spread_over_the_set()
    {
        SemanticLayout layout = SemanticLayout.Unnamed(3, []);
        PatternSource source = new(10, 64, layout);
        RgbImage sheet = ContactSheet.Create(source, 2);
        Assert.Equal((4 * 130 - 2, 128), (sheet.Width, sheet.Height));
        for (int n = 0; n < 2; n++)
        {
            (byte[] rgb, byte[] labels) = source[5 * n];
            int corner = 3 * 260 * n;
            Assert.Equal(rgb[..3], sheet.Pixels[corner..(corner + 3)]);
            Assert.Equal(MaskColors.Palette(layout)[(3 * labels[0])..(3 * labels[0] + 3)], sheet.Pixels[(corner + 390)..(corner + 393)]);
        }
    }
}
