export {
  CARD_NUMBER_MASK,
  containsCardNumber,
  isCardNumber,
  maskCardNumbers,
  mayHoldCardNumber,
} from './card-number.js';
