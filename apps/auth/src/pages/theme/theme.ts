import type { AuthSettings } from '../../settings/auth-settings.js';
import { PALETTES, type Palette, variables } from '../document/palette.js';
import { type Colour, READABLE, standingOut, textOn, VISIBLE } from './colour.js';

/** How the pages of one app look. */
export interface Theme {
  readonly displayName: string;
  readonly logoUrl: string | undefined;
  readonly links: {
    readonly support?: string | undefined;
    readonly privacy?: string | undefined;
    readonly terms?: string | undefined;
  };
  /** Sets the accent for light and for dark. */
  readonly css: string;
  /** As it was chosen: for the icon of the page. */
  readonly accent: Colour;
}

const NEUTRAL_ACCENT = '#1f6feb';

/** @param appName stands in for a display name. */
export function themeOf({ theme }: Pick<AuthSettings, 'theme'>, appName: string): Theme {
  const { displayName, accentColor, logoUrl, supportUrl, privacyUrl, termsUrl } = theme;
  return {
    displayName: displayName ?? appName,
    logoUrl,
    links: { support: supportUrl, privacy: privacyUrl, terms: termsUrl },
    ...colours(accentColor as Colour),
  };
}

/** For pages that belong to no app that we know of. */
export const NEUTRAL_THEME: Theme = {
  displayName: 'Signalbox',
  logoUrl: undefined,
  links: {},
  ...colours(NEUTRAL_ACCENT),
};

function colours(accent: Colour): Pick<Theme, 'css' | 'accent'> {
  const { light, dark } = PALETTES;
  // Links stand on card and ground: what stands out from the one that is nearer to them, stands out from both.
  const css = `:root{${accents(accent, light, light.ground)}}@media (prefers-color-scheme:dark){:root{${accents(accent, dark, dark.card)}}}`;
  return { accent, css };
}

function accents(accent: Colour, { card }: Palette, below: Colour): string {
  return variables({
    accent,
    onAccent: textOn(accent),
    accentEdge: standingOut(accent, card, VISIBLE),
    accentInk: standingOut(accent, below, READABLE),
  });
}
